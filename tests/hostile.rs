//! Files made to do harm: each is read and written in linear time, or this
//! test would not end for a long while.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use sayagain::format::{Source, Target, check, document, read, vtt, write};

/// About this many bytes each.
const SIZE: usize = 50_000;

/// Reads, checks and writes `text` in every way there is.
fn endure(text: &str) {
    if let Ok(source) = Source::decode(text.as_bytes())
        && let Ok(document) = document(&source, "x.vtt")
    {
        check(&source, &document, Some(("x.txt", &document)));
        for (_, to) in Target::ALL {
            let written = write(&document, to).text;
            assert!(
                written.len() < 200 * SIZE,
                "{to:?} of {} bytes: {}",
                text.len(),
                written.len()
            );
        }
        let parsed = read(text.as_bytes(), "x.vtt").unwrap();
        assert!(parsed.problems.len() <= 1_000);
    }
    if let Ok(document) = vtt::verbatim(&Source::verbatim(text.as_bytes())) {
        write(&document, Target::Vtt);
        write(&document, Target::Json);
    }
}

/// `piece` as often as makes a file of the usual size, between a beginning and
/// an end.
fn many(begin: &str, piece: &str, end: &str) -> String {
    format!("{begin}{}{end}", piece.repeat(SIZE / piece.len()))
}

const CUE: &str = "WEBVTT\n\n00:01.000 --> 00:59.000\n";

#[test]
fn one_cue_of_endless_markup_is_endured() {
    for piece in [
        "word ",
        "<b>",
        "<",
        ">",
        "<<>",
        "&",
        "&a",
        "&amp;",
        "&#",
        "</",
        "</v>",
        "<v>",
        "<v A>",
        "<v A>x</v>",
        "<ruby><rt>",
        "<c.a.b.c>",
        "<a ",
        "<00:02.000>x",
        "<00:02.000",
        "<1",
        "-->",
        "- ",
        "\n",
        "A: \n",
        "Ann: x\n",
        "\u{1b}",
        "é",
        "\u{202e}",
        "<font>",
        "{\\i1}",
        "{",
        "\\N",
        "1\n",
        ">> A: ",
        "<3",
        "--> \n",
        "<u>x</u>",
        "a:",
        "\0",
    ] {
        endure(&many(CUE, piece, "x"));
        endure(&many("1\n00:01,000 --> 00:59,000\n", piece, "x"));
    }
}

#[test]
fn a_long_name_that_comes_often_stays_linear() {
    let name = "n".repeat(SIZE / 4);
    endure(&many(&format!("{CUE}<v {name}>"), "<v></v>x", ""));
    endure(&many(
        &format!("{{\"segments\":[{{\"speaker\":\"{name}\",\"body\":\"x\",\"startTime\":0}}"),
        ",{\"body\":\"y\"}",
        "]}",
    ));
    endure(&many(
        &format!("<tt><body ttm:agent=\"{name}\">"),
        "<p begin=\"1s\">x</p>",
        "</body></tt>",
    ));
    endure(&many(&format!("<cite>{name}</cite>"), "<p>x</p>", ""));
}

#[test]
fn a_hundred_thousand_of_anything_are_endured() {
    for (begin, piece, end) in [
        ("WEBVTT\n\n", "00:01.000 --> 00:02.000\nx\n\n", ""),
        ("WEBVTT\n\n", "00:01.000 --> 00:02.000\n", ""),
        ("WEBVTT\n\n", "00:01.000 --> 00:02.000\nx\n1\n", ""),
        ("WEBVTT\n", "1\n", "00:01.000 --> 00:02.000\nx"),
        ("WEBVTT\n\n", "NOTE\n\n", "00:01.000 --> 00:02.000\nx"),
        ("WEBVTT\n\n", "x\n\n", "00:01.000 --> 00:02.000\nx"),
        ("WEBVTT\n\n", "00:02.000 --> 00:01.000\nsame\nlines\n\n", ""),
        ("WEBVTT\n\n", "00:01.000 --> 00:02.000\n<u>x</u>\n\n", ""),
        ("", "1\n00:00:01,000 --> 00:00:02,000\nx\n\n", ""),
        ("", "00:00:0x,000 --> 00:00:02,000\n", "00:00:01,000 --> 00:00:02,000\nx"),
        ("", "00:00:01 x\n", ""),
        ("00:00:01 x\n", "x\n", ""),
        ("", "x\n\n", ""),
        ("", "[00:01.00]x\n", ""),
        ("[00:01.00]", "[00:02.00]", "x"),
        ("[00:01.00]", "<00:02.00>", "x"),
        ("[00:01.00]", "<", "x"),
        ("", "0:00:01.0,0:00:02.0\nx\n\n", ""),
        ("start\tend\ttext\n", "1\t2\tx\n", ""),
        ("start,end,text\n", "1,2,\"x\"\n", ""),
        ("start,end,text\n1,2,\"", "\"\"", ""),
        ("start,end,text\n", ",", ""),
        ("[Script Info]\n[Events]\n", "Dialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,x\n", ""),
        ("[Script Info]\n[Events]\nFormat: ", "Start, End, ", "Text\nDialogue: 0:00:01.00\n"),
        ("[Script Info]\n[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,", "{\\k1}x", ""),
        ("[Script Info]\n[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,", "{", ""),
    ] {
        endure(&many(begin, piece, end));
    }
}

#[test]
fn json_of_any_shape_is_endured() {
    for (begin, piece, end) in [
        ("", "[", ""),
        ("{\"a\":", "{\"a\":", ""),
        ("[", "NaN,", "1]"),
        ("{\"segments\":[", "{\"start\":1,\"end\":2,\"text\":\"x\"},", "1]}"),
        ("{\"segments\":[", "{\"text\":\"x\"},", "{\"start\":1,\"text\":\"x\"}]}"),
        (
            "{\"segments\":[{\"start\":1,\"end\":2,\"text\":\"x\",\"words\":[",
            "{\"word\":\"x\",\"start\":1},",
            "1]}]}",
        ),
        (
            "{\"segments\":[{\"start\":1,\"end\":2,\"text\":\"",
            "x ",
            "\",\"words\":[{\"word\":\"y\",\"start\":1}]}]}",
        ),
        ("{\"words\":[", "{\"text\":\"x\",\"start\":1},", "1]}"),
        ("{\"words\":[", "{\"text\":\"x\"},", "1]}"),
        ("{\"events\":[", "{\"tStartMs\":1,\"segs\":[{\"utf8\":\"x\"}]},", "1]}"),
        (
            "{\"cues\":[{\"text\":\"xxxx\",\"voices\":[\"a\"],\"turns\":[",
            "{\"at\":1,\"voice\":0},",
            "1]}]}",
        ),
        (
            "{\"segments\":[{\"startTime\":1e300,\"endTime\":1e308,\"body\":\"x\"}",
            ",{\"startTime\":-1,\"body\":\"x\"}",
            "]}",
        ),
        ("{\"vtt\":\"WEBVTT\\n\\n00:01.000 --> 00:02.000\\n", "<", "\"}"),
    ] {
        endure(&many(begin, piece, end));
    }
}

#[test]
fn xml_of_any_shape_is_endured() {
    for (begin, piece, end) in [
        ("<tt>", "<div>", "<p begin=\"1s\">x</p>"),
        ("<tt>", "<p begin=\"1s\">", "x"),
        ("<tt>", "<p begin=\"1s\" end=\"2s\">x</p>", "</tt>"),
        ("<tt>", "</p>", "<p begin=\"1s\">x</p>"),
        ("<tt><p begin=\"1s\" end=\"9s\">", "<span begin=\"1s\">x</span>", "</p>"),
        ("<tt><p begin=\"1s\" end=\"9s\">", "<br/>", "</p>"),
        ("<tt><p begin=\"1s\" end=\"9s\">", "&x;", "</p>"),
        ("<tt><p begin=\"1s\" end=\"9s\">", "&", "</p>"),
        ("<tt ", "a=\"b\" ", "><p begin=\"1s\">x</p></tt>"),
        ("<tt><!--", "-", "--><p begin=\"1s\">x</p></tt>"),
        ("<!DOCTYPE tt [", "<!ENTITY a \"b\">", "]><tt><p begin=\"1s\">x</p></tt>"),
        (
            "<tt><head><metadata>",
            "<ttm:agent xml:id=\"a\"><ttm:name>b</ttm:name></ttm:agent>",
            "</metadata></head><p begin=\"1s\">x</p></tt>",
        ),
        ("<timedtext><body>", "<p t=\"1\" d=\"2\"><s>x</s></p>", "</body></timedtext>"),
        ("<timedtext><body><p t=\"1\" d=\"2\">", "<s t=\"1\">x</s>", "</p></body></timedtext>"),
        ("<transcript><text start=\"1\">", "&amp;amp;", "</text></transcript>"),
        ("<time>0:01</time>", "<p>x", ""),
        ("<cite>", "<cite>", "x"),
        ("<time>0:01</time><p>", "<br>", "</p>"),
        ("<p>", "<b>", "x"),
    ] {
        endure(&many(begin, piece, end));
    }
}
