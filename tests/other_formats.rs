//! The formats of recognisers, YouTube and others, by small examples.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use sayagain::format::{Format, Parsed, ProblemKind, Refusal, read};

/// Start and end in milliseconds, speaker, text, words with their starts.
fn told(parsed: &Parsed) -> Vec<String> {
    let transcript = &parsed.transcript;
    let row = |cue: &sayagain::model::Cue| {
        let mut parts = vec![format!("{} {}", cue.start.as_millis(), cue.end.as_millis())];
        if !cue.timed {
            parts = vec!["-".to_owned()];
        }
        parts.extend(transcript.speaker_of(cue).map(|speaker| format!("<{speaker}>")));
        parts.push(transcript.text_of(cue).to_owned());
        for word in transcript.words_of(cue) {
            let text = &transcript.text()[word.text.start as usize..word.text.end as usize];
            parts.push(format!("{}={}", text.trim(), word.start.as_millis()));
        }
        parts.join(" ")
    };
    transcript.cues().iter().map(row).collect()
}

fn parsed(text: &str, format: Format) -> Parsed {
    let parsed = read(text.as_bytes(), "episode.txt").unwrap();
    assert_eq!(parsed.format, format);
    parsed
}

fn kinds(parsed: &Parsed) -> Vec<ProblemKind> {
    parsed.problems.iter().map(|problem| problem.kind.clone()).collect()
}

fn rows(text: &str, format: Format) -> Vec<String> {
    told(&parsed(text, format))
}

#[test]
fn podcasting_json_keeps_the_speaker_until_another_is_named() {
    let text = r#"{"version":"1.0.0","segments":[
        {"speaker":"Ann","startTime":0.5,"endTime":2,"body":"Hello there\n"},
        {"startTime":2,"body":"and again"},
        {"speaker":"Bob","startTime":"4.25","endTime":5,"body":"Yes, hello"}]}"#;
    let expected =
        ["500 2000 <Ann> Hello there", "2000 4250 <Ann> and again", "4250 5000 <Bob> Yes, hello"];
    assert_eq!(rows(text, Format::PodcastingJson), expected);
}

#[test]
fn podcasting_json_of_single_words_is_joined_to_lines() {
    let word = |speaker: &str, start: f64, end: f64, body: &str| {
        format!(r#"{{"speaker":"{speaker}","startTime":{start},"endTime":{end},"body":"{body}"}}"#)
    };
    let words = [
        word("Vera", 0.5, 0.75, "I"),
        word("Vera", 0.76, 1.0, "am"),
        word("Vera", 1.0, 1.5, "home"),
        word("Vera", 1.5, 1.5, "."),
        word("Vera", 1.6, 1.8, "Who"),
        word("Luc", 2.0, 2.5, "Me"),
    ];
    let text = format!(r#"{{"version":"1.0.0","segments":[{}]}}"#, words.join(","));
    let expected = [
        "500 1500 <Vera> I am home. I=500 am=760 home.=1000",
        "1600 1800 <Vera> Who Who=1600",
        "2000 2500 <Luc> Me Me=2000",
    ];
    assert_eq!(rows(&text, Format::PodcastingJson), expected);
}

#[test]
fn entries_of_a_wrong_type_cost_only_themselves() {
    let text = r#"{"version":"1.0.0","segments":[{"speaker":null,"startTime":"0.5","endTime":null,"body":"A"},
        {"startTime":1,"body":"B"},{"body":"C"},{"startTime":[],"body":"D"},{"startTime":2,"endTime":1,"body":""},42]}"#;
    let parsed = parsed(text, Format::PodcastingJson);
    assert_eq!(told(&parsed), ["500 1000 A", "1000 2060 B", "- C", "- D"]);
    let expected = [ProblemKind::BadTimes(1), ProblemKind::SkippedEntries(2)];
    assert_eq!(kinds(&parsed), expected);
    assert!(parsed.problems.iter().all(|problem| problem.line == 2), "{:?}", parsed.problems);
}

#[test]
fn whisper_json_gives_segments_and_their_words() {
    let text = r#"{"text":" Hi there. So","segments":[
        {"id":0,"seek":0,"start":0.0,"end":2.0,"text":" Hi there.","tokens":[1],"avg_logprob":NaN,
         "words":[{"word":" Hi","start":0.1,"end":0.5,"probability":0.9},{"word":" there.","start":0.5,"end":1.2}]},
        {"id":1,"start":2.0,"end":4.0,"text":" So \"NaN\"","avg_logprob":-Infinity}],"language":"en"}"#;
    let parsed = parsed(text, Format::Whisper);
    assert_eq!(
        told(&parsed),
        ["0 2000 Hi there. Hi=0 there.=500", "2000 4000 So \"NaN\""]
            .map(|row| row.replace("Hi=0", "Hi=100"))
    );
    assert_eq!(parsed.language.as_deref(), Some("en"));
}

#[test]
fn a_word_that_whisperx_could_not_place_lies_between_its_neighbours() {
    let text = r#"{"segments":[{"start":1.0,"end":3.0,"text":" In 2014 we","speaker":"SPEAKER_01","words":[
        {"word":"In","start":1.0,"end":1.2,"score":0.9},{"word":"2014"},{"word":"we","start":2.0,"end":2.2}]}],"word_segments":[]}"#;
    assert_eq!(
        rows(text, Format::Whisper),
        ["1000 3000 <SPEAKER_01> In 2014 we In=1000 2014=1200 we=2000"]
    );
}

#[test]
fn whisper_cpp_counts_milliseconds_and_joins_tokens_to_words() {
    let text = r#"{"systeminfo":"","result":{"language":"de"},"transcription":[
        {"timestamps":{"from":"00:00:00,000","to":"00:00:02,000"},"offsets":{"from":0,"to":2000},"text":" Sayagain yes","speaker":"1",
         "tokens":[{"text":"[_BEG_]","offsets":{"from":0,"to":0}},{"text":" Say","offsets":{"from":100,"to":300}},
                   {"text":"again","offsets":{"from":300,"to":700}},{"text":" yes","offsets":{"from":900,"to":1200}}]},
        {"timestamps":{"from":"00:00:02,000","to":"00:00:03,500"},"text":" Bye","speaker":"?"}]}"#;
    let parsed = parsed(text, Format::WhisperCpp);
    assert_eq!(told(&parsed), ["0 2000 <1> Sayagain yes Sayagain=100 yes=900", "2000 3500 Bye"]);
    assert_eq!(parsed.language.as_deref(), Some("de"));
}

#[test]
fn assembly_ai_counts_milliseconds() {
    let text = r#"{"text":"Hi. Yo","words":[],"utterances":[
        {"speaker":"A","text":"Hi. Well","start":100,"end":900,"words":[{"text":"Hi.","start":100,"end":300,"speaker":"A"},{"text":"Well","start":400,"end":900}]},
        {"speaker":"B","text":"Yo","start":1000,"end":1500}]}"#;
    let expected = ["100 300 <A> Hi. Hi.=100", "400 900 <A> Well Well=400", "1000 1500 <B> Yo"];
    assert_eq!(rows(text, Format::AssemblyAi), expected);
    let words = r#"{"text":"Hi you","words":[{"text":"Hi","start":100,"end":300,"speaker":"A"},{"text":"you","start":400,"end":900,"speaker":"A"}]}"#;
    assert_eq!(rows(words, Format::AssemblyAi), ["100 900 <A> Hi you Hi=100 you=400"]);
}

#[test]
fn words_without_segments_are_in_seconds_as_openai_writes_them() {
    let text = r#"{"text":"a. b.","words":[{"word":"a.","start":0.0,"end":0.5},{"word":"b.","start":60.5,"end":61.0}]}"#;
    assert_eq!(rows(text, Format::Whisper), ["0 500 a. a.=0", "60500 61000 b. b.=60500"]);
    let whole = r#"{"words":[{"word":"a.","start":1,"end":2},{"word":"b.","start":60,"end":61}]}"#;
    assert_eq!(rows(whole, Format::Whisper), ["1000 2000 a. a.=1000", "60000 61000 b. b.=60000"]);
    let parts = r#"{"words":[{"text":"a.","start":0,"end":0.5},{"text":" ","start":0.5,"end":1},{"text":"b","start":1,"end":2}]}"#;
    assert_eq!(rows(parts, Format::Whisper), ["0 500 a. a.=0", "1000 2000 b b=1000"]);
}

#[test]
fn a_line_of_words_without_ends_lasts_until_the_next_begins() {
    let segments = |words: &[(&str, u64, &str)]| {
        let words = words.iter().map(|(speaker, start, body)| {
            format!(r#"{{"speaker":"{speaker}","startTime":{start},"body":"{body}"}}"#)
        });
        let words: Vec<String> = words.collect();
        format!(r#"{{"version":"1.0.0","segments":[{}]}}"#, words.join(","))
    };
    let text = segments(&[("A", 0, "Hi"), ("A", 1, "you"), ("A", 2, "there."), ("A", 9, "Bye.")]);
    let expected =
        ["0 9000 <A> Hi you there. Hi=0 you=1000 there.=2000", "9000 10240 <A> Bye. Bye.=9000"];
    assert_eq!(rows(&text, Format::PodcastingJson), expected);
    let turns = segments(&[("A", 0, "Hi"), ("B", 1, "Yo"), ("A", 2, "So"), ("B", 4, "Well")]);
    let expected = [
        "0 1000 <A> Hi Hi=0",
        "1000 2000 <B> Yo Yo=1000",
        "2000 4000 <A> So So=2000",
        "4000 5240 <B> Well Well=4000",
    ];
    assert_eq!(rows(&turns, Format::PodcastingJson), expected);
    let last = segments(&[("A", 0, "Hi"), ("A", 2, "all"), ("A", 4, "of"), ("A", 6, "you")]);
    assert_eq!(
        rows(&last, Format::PodcastingJson),
        ["0 7180 <A> Hi all of you Hi=0 all=2000 of=4000 you=6000"]
    );
}

#[test]
fn deepgram_shows_words_as_they_are_punctuated() {
    let channel = r#"{"alternatives":[{"transcript":"hi you","words":[
        {"word":"hi","punctuated_word":"Hi,","start":0.1,"end":0.3,"speaker":0},{"word":"you","punctuated_word":"you.","start":0.4,"end":0.9,"speaker":0},
        {"word":"no","punctuated_word":"No","start":1,"end":1.5,"speaker":1}]}]}"#;
    let text = format!(r#"{{"metadata":{{}},"results":{{"channels":[{channel}]}}}}"#);
    let expected =
        ["100 900 <Speaker 0> Hi, you. Hi,=100 you.=400", "1000 1500 <Speaker 1> No No=1000"];
    assert_eq!(rows(&text, Format::Deepgram), expected);
    let utterances = format!(
        r#"{{"results":{{"channels":[{channel}],"utterances":[{{"start":0.1,"end":0.9,"speaker":0,"transcript":"Hi, you.","words":[]}}]}}}}"#
    );
    assert_eq!(rows(&utterances, Format::Deepgram), ["100 900 <Speaker 0> Hi, you."]);
}

#[test]
fn json3_events_end_where_the_next_begins() {
    let text = r#"{"wireMagic":"pb3","events":[{"tStartMs":0,"dDurationMs":9000,"id":1,"wpWinPosId":1},
        {"tStartMs":160,"dDurationMs":4000,"segs":[{"utf8":"so"},{"utf8":" we","tOffsetMs":400},{"utf8":" go","tOffsetMs":700}]},
        {"tStartMs":2390,"dDurationMs":10,"aAppend":1,"segs":[{"utf8":"\n"}]},
        {"tStartMs":2400,"dDurationMs":3000,"segs":[{"utf8":"on\nand on"}]}]}"#;
    let expected = ["160 2400 so we go so=160 we=560 go=860", "2400 5400 on\nand on"];
    assert_eq!(rows(text, Format::YouTubeJson3), expected);
}

#[test]
fn json_may_be_a_bare_array_a_text_or_hold_webvtt() {
    let array = r#"[{"start":"00:00:01.500","end":"00:00:02","text":"One"},{"text":"Two"}]"#;
    assert_eq!(rows(array, Format::Whisper), ["1500 2000 One", "- Two"]);
    assert_eq!(rows(r#"{"text":"All of it"}"#, Format::Json), ["- All of it"]);
    let vtt = r#"{"vtt":"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>One\n"}"#;
    assert_eq!(rows(vtt, Format::WebVtt), ["1000 2000 <Ann> One"]);
}

#[test]
fn broken_json_is_refused_with_its_place() {
    let refusal = read(b"{\"segments\":[\n{\"start\":0,\"en", "x.json").unwrap_err();
    assert!(matches!(refusal, Refusal::Json { line: 2, column: 14, .. }), "{refusal:?}");
    let deep = "[".repeat(100_000);
    assert!(matches!(read(deep.as_bytes(), "x.json"), Err(Refusal::Json { .. })));
    assert_eq!(read(b"{\"a\":1}", "x.json").unwrap_err(), Refusal::NoCues(Format::Json));
}

#[test]
fn ttml_of_apple_has_a_row_for_each_sentence_and_blanks_between_words() {
    let text = r#"<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml" xmlns:podcasts="x" xmlns:ttm="y" xml:lang="en">
        <head><metadata><ttm:agent xml:id="SPEAKER_1" type="person"><ttm:name>Ann &amp; Co</ttm:name></ttm:agent></metadata></head>
        <body dur="60"><div><p begin="0.220" end="1:28.620" ttm:agent="SPEAKER_1"><span podcasts:unit="sentence" begin="0.220" end="2.5"><span podcasts:unit="word" begin="0.220" end="0.5">Welcome</span><span podcasts:unit="word" begin="0.500" end="2.5">to.</span></span><span podcasts:unit="sentence" begin="1:17.410" end="1:28.620"><span podcasts:unit="word" begin="1:17.410" end="1:28.620">It</span></span></p></div></body></tt>"#;
    let parsed = parsed(text, Format::Ttml);
    let expected = [
        "220 2500 <Ann & Co> Welcome to. Welcome=220 to.=500",
        "77410 88620 <Ann & Co> It It=77410",
    ];
    assert_eq!(told(&parsed), expected);
    assert_eq!(parsed.language.as_deref(), Some("en"));
}

#[test]
fn ttml_times_count_from_what_encloses_them() {
    let text = r#"<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="p" ttp:frameRate="25" ttp:tickRate="10"><body><div begin="10s">
        <p begin="00:00:01:05" end="00:00:02.5">One<br/>  more
            line</p><p begin="30t" dur="500ms">Two <span begin="100ms">words</span></p></div>
        <div timeContainer="seq"><p dur="1s">a</p><p begin="0.5s" dur="1s">b</p></div>
        <p><span begin="40s" end="41s">c</span><span begin="41s" end="42s">d</span></p></body></tt>"#;
    let expected = [
        "0 1000 a",
        "1500 2500 b",
        "11200 12500 One\nmore line",
        "13000 13500 Two words Two=13000 words=13100",
        "40000 41000 c",
        "41000 42000 d",
    ];
    assert_eq!(rows(text, Format::Ttml), expected);
}

#[test]
fn an_entity_bomb_stays_small_and_what_follows_broken_markup_is_left_out() {
    let mut bomb = vec!["<?xml version=\"1.0\"?><!DOCTYPE tt [<!ENTITY a \"boom\">".to_owned()];
    for (this, before) in ["b", "c", "d", "e"].iter().zip(["a", "b", "c", "d"]) {
        let many = format!("&{before};").repeat(1000);
        bomb.push(format!("<!ENTITY {this} \"{many}\">"));
    }
    let end = "]><tt><body><p begin=\"1s\" end=\"2s\">x&e;y</p><p begin=\"3s\"";
    let parsed = parsed(&(bomb.concat() + end), Format::Ttml);
    assert_eq!(told(&parsed), ["1000 2000 x&e;y"]);
    assert_eq!(parsed.problems[0].kind, ProblemKind::BadMarkup);
}

#[test]
fn a_stray_bracket_is_text_and_a_paragraph_that_nobody_closed_ends_with_the_next() {
    let text = "<tt><body><div><p begin=\"2s\" end=\"3s\">AT&T is <3 ok, a < b </3 <![CDATA[<3]]><!-- <3 --></p>\
        <p begin=\"3s\" end=\"4s\">three<p begin=\"5s\" end=\"6s\">five</p></div></body></tt>";
    let parsed = parsed(text, Format::Ttml);
    assert_eq!(
        told(&parsed),
        ["2000 3000 AT&T is <3 ok, a < b </3 <3", "3000 4000 three", "5000 6000 five"]
    );
    assert_eq!(kinds(&parsed), []);
}

#[test]
fn ttml_that_is_cut_or_has_times_that_are_none_says_so() {
    let cut =
        "<tt><body><div><p begin=\"2s\" end=\"3s\">One</p>\n<p begin=\"3s\" end=\"4s\">Two and";
    let cut = parsed(cut, Format::Ttml);
    assert_eq!(told(&cut), ["2000 3000 One", "3000 4000 Two and"]);
    assert_eq!((kinds(&cut), cut.problems[0].line), (vec![ProblemKind::CutOff], 2));
    let bad = "<tt><body>\n<p begin=\"bad\" end=\"3s\">One</p>\n<p begin=\"3s\" end=\"x\">Two</p></body></tt>";
    let bad = parsed(bad, Format::Ttml);
    assert_eq!((kinds(&bad), bad.problems[0].line), (vec![ProblemKind::BadTimes(2)], 2));
}

#[test]
fn youtube_xml_that_is_cut_keeps_its_last_text_and_says_so() {
    let text =
        "<transcript><text start=\"0\" dur=\"1\">One</text>\n<text start=\"1\" dur=\"1\">Two and";
    let parsed = parsed(text, Format::YouTubeXml);
    assert_eq!(told(&parsed), ["0 1000 One", "1000 2000 Two and"]);
    assert_eq!((kinds(&parsed), parsed.problems[0].line), (vec![ProblemKind::CutOff], 2));
}

#[test]
fn times_in_json_that_are_none_are_told_and_huge_ones_are_held() {
    let segment = |start: &str| {
        format!(
            "{{\"segments\":[\n{{\"start\":0,\"end\":1,\"text\":\"One\"}},\n{{\"start\":{start},\"text\":\"Two\"}}]}}"
        )
    };
    for start in ["NaN", "Infinity", "-Infinity", "-5", "\"soon\"", "[]"] {
        let parsed = parsed(&segment(start), Format::Whisper);
        assert_eq!(
            (kinds(&parsed), parsed.problems[0].line),
            (vec![ProblemKind::BadTimes(1)], 3),
            "{start}"
        );
        assert_eq!(told(&parsed), ["0 1000 One", "- Two"], "{start}");
    }
    for start in ["1e300", "9223372036854775808"] {
        let parsed = parsed(&segment(start), Format::Whisper);
        assert_eq!(kinds(&parsed), [ProblemKind::HugeTimes(1)], "{start}");
        assert_eq!(told(&parsed)[1], "3599999999 3599999999 Two", "{start}");
    }
    let odd = parsed(&segment("\"5s\""), Format::Whisper);
    assert_eq!(
        (told(&odd)[1].as_str(), kinds(&odd)),
        ("5000 6180 Two", vec![ProblemKind::OddTimes(1)])
    );
    let event = "{\"events\":[{\"tStartMs\":-1,\"segs\":[{\"utf8\":\"One\"}]}]}";
    let event = parsed(event, Format::YouTubeJson3);
    assert_eq!(
        (told(&event), kinds(&event)),
        (vec!["- One".to_owned()], vec![ProblemKind::BadTimes(1)])
    );
}

#[test]
fn one_bad_spot_does_not_cost_a_whole_json() {
    let entry =
        |text: &str| format!("{{\"segments\":[\n{{\"start\":0,\"end\":1,\"text\":\"{text}\"}}]}}");
    for (said, shown, mistakes) in [
        ("cut \\ud83d", "cut \u{fffd}", 1),
        ("\\udc00 \\ud83d\\ud83d\\ude00", "\u{fffd} \u{fffd}\u{1f600}", 2),
        ("a\tb, ] \\\\ud83d", "a b, ] \\ud83d", 1),
        ("a\nb", "a b", 1),
    ] {
        let parsed = parsed(&entry(said), Format::Whisper);
        assert_eq!(told(&parsed), [format!("0 1000 {shown}")]);
        assert_eq!(kinds(&parsed), [ProblemKind::OddJson(mistakes)]);
        assert!(parsed.problems[0].line >= 2, "{:?}", parsed.problems);
    }
    let comma = parsed("[{\"start\":0,\"end\":1,\"text\":\"a\", },\n]", Format::Whisper);
    assert_eq!(
        (told(&comma), kinds(&comma)),
        (vec!["0 1000 a".to_owned()], vec![ProblemKind::OddJson(2)])
    );
    let broken = read(b"{\"segments\":[\n{\"text\":\"a\tb\",}\n", "x.json");
    assert!(matches!(broken, Err(Refusal::Json { line: 2, .. })), "{broken:?}");
}

#[test]
fn youtube_xml_of_each_version_is_read() {
    let srv3 = r#"<?xml version="1.0" encoding="utf-8" ?><timedtext format="3"><head><ws id="0"/></head><body><w t="0" id="1"/>
        <p t="160" d="4000" w="1"><s ac="0">so</s><s t="400" ac="0"> we</s></p><p t="2390" d="10" w="1" a="1">
</p><p t="2400" d="1000">&gt;&gt; on</p></body></timedtext>"#;
    assert_eq!(rows(srv3, Format::YouTubeXml), ["160 2400 so we so=160 we=560", "2400 3400 >> on"]);
    let srv1 = r#"<?xml version="1.0" encoding="utf-8" ?><transcript><text start="0.5" dur="1.5">it&amp;#39;s &amp;amp; on</text><text start="3">end</text></transcript>"#;
    assert_eq!(rows(srv1, Format::YouTubeXml), ["500 2000 it's & on", "3000 4180 end"]);
}

#[test]
fn html_with_speakers_and_times_is_a_transcript() {
    let text = "<html lang=\"en\"><head><title>Ep 1</title></head><body>\n<cite>Ann Lee:</cite>\n<time>0:01</time>\n<p>Hi &amp; hello<br>you</p>\n\
        <time>1:00:02</time><p>On\n  and on</p><cite>Bob</cite><p>Yes</p></body></html>";
    let parsed = parsed(text, Format::Html);
    assert_eq!(
        told(&parsed),
        [
            "1000 3602000 <Ann Lee> Hi & hello\nyou",
            "3602000 3603540 <Ann Lee> On and on",
            "- <Bob> Yes"
        ]
    );
    assert_eq!((parsed.title.as_deref(), parsed.language.as_deref()), (Some("Ep 1"), Some("en")));
}

#[test]
fn a_page_or_other_xml_is_no_transcript() {
    for page in [
        "<!DOCTYPE html><html><body><p>Not found</p></body></html>",
        "<html><script>x</script><cite>A</cite><time>0:01</time><p>x</p></html>",
        "\n<HTML><BODY>x</BODY></HTML>",
    ] {
        assert_eq!(read(page.as_bytes(), "x.vtt").unwrap_err(), Refusal::Html, "{page}");
    }
    let feed = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel/></rss>";
    assert_eq!(read(feed.as_bytes(), "x.vtt").unwrap_err(), Refusal::Xml("rss".to_owned()));
}

#[test]
fn lrc_lines_end_where_the_next_begins() {
    let text = "[ti:Ep 1]\n[by:me]\n[00:01.50]One\n[00:10.00][00:03.250]Twice\n[00:05.00]\n[61:02.10]Late\n";
    let parsed = parsed(text, Format::Lrc);
    let expected =
        ["1500 3250 One", "3250 5000 Twice", "10000 3662100 Twice", "3662100 3663340 Late"];
    assert_eq!(told(&parsed), expected);
    assert_eq!(parsed.title.as_deref(), Some("Ep 1"));
}

#[test]
fn lrc_has_words_and_an_offset_that_brings_lines_forward() {
    let text =
        "[offset:+500]\n[00:01.00]<00:01.00>Hi <00:01.50>you <00:02.00>\n[00:04.00]<3 that\n";
    assert_eq!(rows(text, Format::Lrc), ["500 1500 Hi you Hi=500 you=1000", "3500 4920 <3 that"]);
}

#[test]
fn times_in_brackets_with_hours_are_hours() {
    let lines: Vec<String> = (0..10).map(|at| format!("[01:{at:02}:30] line {at}")).collect();
    let rows = rows(&lines.join("\n"), Format::Lrc);
    assert_eq!(rows[1], "3690000 3750000 line 1");
}

#[test]
fn a_few_times_in_brackets_are_hours_unless_tags_say_that_it_is_lrc() {
    let text = "[00:00:05] Welcome\n[00:01:10] Today\n[01:02:03] Bye\n";
    let starts = |text: &str| {
        let rows = rows(text, Format::Lrc).into_iter();
        rows.map(|row| row.split(' ').next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(starts(text), ["5000", "70000", "3723000"]);
    assert_eq!(starts(&format!("[ti:Song]\n{text}")), ["50", "1100", "62030"]);
}

#[test]
fn of_many_times_before_one_line_some_count_and_none_is_text() {
    let text = format!("[00:01.00]{}word\n", "[00:02.00]".repeat(50));
    let rows = rows(&text, Format::Lrc);
    assert_eq!(rows.len(), 32);
    assert!(rows.iter().all(|row| row.ends_with(" word")), "{rows:?}");
}

#[test]
fn ass_dialogue_is_read_by_its_format_line() {
    let text = "[Script Info]\nTitle: Ep 1\n\n[V4+ Styles]\nFormat: Name, Fontname\n\n[Events]\n\
        Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n\
        Comment: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,no\n\
        Dialogue: 0,0:00:01.50,0:00:03.00,Default,Ann,0,0,0,,{\\an8}Well, {\\i1}yes{\\i0}\\Nand\\hno\n\
        Dialogue: 0,0:00:04.00,0:00:06.00,Default,,0,0,0,,{\\k50}Ka{\\k50}ra {\\kf100}oke\n\
        Dialogue: 0,0:00:07.00,0:00:08.00,Default,,0,0,0,,{\\p1}m 0 0 l 1 1{\\p0}\n";
    let parsed = parsed(text, Format::Ass);
    assert_eq!(
        told(&parsed),
        ["1500 3000 <Ann> Well, yes\nand no", "4000 6000 Kara oke Ka=4000 ra=4500 oke=5000"]
    );
    assert_eq!(parsed.title.as_deref(), Some("Ep 1"));
}

#[test]
fn sbv_is_read() {
    let text = "0:00:01.000,0:00:03.000\n>> ANN: Hi\nthere\n\n0:00:03.000,0:00:05.500\nYes[br]no\n";
    assert_eq!(rows(text, Format::Sbv), ["1000 3000 <ANN> Hi\nthere", "3000 5500 Yes\nno"]);
}

#[test]
fn tables_are_read() {
    let tsv = "start\tend\ttext\n0\t1500\tHi, you\n1500\t3000\t\"quoted\"\n";
    assert_eq!(rows(tsv, Format::Tsv), ["0 1500 Hi, you", "1500 3000 \"quoted\""]);
    let csv = "start,end,text\n0,1500,\" Hi, \"\"you\"\"\"\n1500,3000,\"two\nlines\"\nx,y,z\n";
    let parsed = parsed(csv, Format::Csv);
    assert_eq!(told(&parsed), ["0 1500 Hi, \"you\"", "1500 3000 two\nlines"]);
    assert_eq!(parsed.problems[0].line, 5);
    let speakers = "start,end,speaker,text\n0,1500,Ann,\"Hi\"\n";
    assert_eq!(rows(speakers, Format::Csv), ["0 1500 <Ann> Hi"]);
    let labels = "0.500000\t1.250000\t[[Ann]]Hi\n1.250000\t2.000000\tYo\n";
    assert_eq!(rows(labels, Format::AudacityLabels), ["500 1250 <Ann> Hi", "1250 2000 Yo"]);
}

#[test]
fn a_word_begins_where_its_text_does_whatever_was_cleaned_away_before_it() {
    let lrc = "[00:01.00]\u{8}\u{3000}<00:01.50>\u{2028}été <00:02.00>là";
    assert_eq!(rows(lrc, Format::Lrc), ["1000 2540 été là été=1500 là=2000"]);
    let tt = "<tt><p begin=\"1s\" end=\"9s\">é<br/> <span begin=\"2s\"> été</span> <span begin=\"3s\"/>là</p></tt>";
    assert_eq!(rows(tt, Format::Ttml), ["1000 9000 é\nété là é=1000 été là=3000"]);
    let ass = "[Script Info]\n[Events]\nDialogue: 0,0:00:01.00,0:00:03.00,D,,0,0,0,,\u{200b}{\\k50}été {\\k50}\u{200b}là";
    assert_eq!(rows(ass, Format::Ass), ["1000 3000 été là été=1000 là=1500"]);
}

#[test]
fn a_word_outside_of_its_cue_has_no_time() {
    let srv3 = "<timedtext><body><p t=\"1000\" d=\"9000\"><s>a</s><s t=\"500\"> b</s><s t=\"8000\"> c</s></p>\
        <p t=\"5000\" d=\"1000\">d</p></body></timedtext>";
    assert_eq!(rows(srv3, Format::YouTubeXml), ["1000 5000 a b c a=1000 b c=1500", "5000 6000 d"]);
    let text = "00:00:05 <v Ann>a <00:01.500>b <00:05.500>c\n00:00:06 d\n00:00:09 e";
    let parsed = parsed(text, Format::TalkPython);
    assert_eq!(told(&parsed)[0], "5000 6000 <Ann> a b c a b=5000 c=5500");
}

#[test]
fn words_of_a_cue_without_an_end_keep_their_times() {
    let json3 = r#"{"events":[{"tStartMs":160,"segs":[{"utf8":"so"},{"utf8":" we","tOffsetMs":400}]},{"tStartMs":1000,"segs":[{"utf8":"on"}]}]}"#;
    assert_eq!(rows(json3, Format::YouTubeJson3)[0], "160 1000 so we so=160 we=560");
}

#[test]
fn chapters_that_a_transcript_tells_of_are_read() {
    let assembly = r#"{"text":"x","utterances":[{"speaker":"A","text":"x","start":0,"end":9000}],
        "chapters":[{"gist":"Hi","headline":"Hello there","summary":"…","start":0,"end":4000},{"start":4000,"gist":"Bye"},{"gist":"no time"}]}"#;
    let parsed = parsed(assembly, Format::AssemblyAi);
    let chapters = parsed.chapters.all().iter();
    let told: Vec<_> =
        chapters.map(|chapter| (chapter.start.as_millis(), chapter.title.as_str())).collect();
    assert_eq!(told, [(0, "Hello there"), (4000, "Bye")]);
}

#[test]
fn times_of_words_that_cannot_be_are_told() {
    let file = r#"{"segments":[{"start":1,"end":2,"text":"a b c","words":[
        {"word":"a","start":1.0,"end":1.2},{"word":"b","start":1e9},{"word":"c","start":1.5}]}]}"#;
    let parsed = read(file.as_bytes(), "x.json").unwrap();
    assert_eq!(
        parsed.problems.iter().map(|problem| problem.kind.slug()).collect::<Vec<_>>(),
        ["word-times"]
    );
}

#[test]
fn a_number_too_large_for_a_float_costs_only_its_own_cue() {
    let file =
        r#"{"segments":[{"start":1e400,"end":2,"text":"a"},{"start":3,"end":4,"text":"b"}]}"#;
    let parsed = read(file.as_bytes(), "x.json").unwrap();
    assert_eq!(parsed.transcript.cues().len(), 2);
    assert_eq!(parsed.problems[0].kind.slug(), "huge-times");
}

#[test]
fn arrows_of_word_processors_and_of_web_pages_are_arrows() {
    for arrow in ["→", "--&gt;"] {
        for (head, name) in [("", "x.srt"), ("", "x"), ("WEBVTT\n\n", "x.vtt")] {
            let file = format!(
                "{head}1\n00:00:01;500 {arrow} 00:00:02,000\na → b\n\n2\n00:00:03,000 {arrow} 00:00:04,000\n3: → c\n"
            );
            let parsed = read(file.as_bytes(), name).unwrap();
            let transcript = &parsed.transcript;
            let said: Vec<_> = transcript
                .cues()
                .iter()
                .map(|cue| (cue.start.as_millis(), transcript.text_of(cue)))
                .collect();
            assert_eq!(said, [(1_500, "a → b"), (3_000, "3: → c")], "{file}");
        }
    }
}

#[test]
fn chapters_are_no_transcript_however_they_are_written() {
    for file in [
        ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=10\ntitle=One\n",
        "CHAPTER01=00:00:00.000\nCHAPTER01NAME=One\n",
        "<psc:chapters version=\"1.2\"><psc:chapter start=\"0\" title=\"One\"/></psc:chapters>",
    ] {
        assert_eq!(read(file.as_bytes(), "x").unwrap_err(), Refusal::Chapters, "{file}");
    }
}

#[test]
fn times_of_full_width_and_those_that_a_place_follows_at_once_are_read() {
    let file = "1\n００：００：０１，５００ --> 00:00:02，000\na，b\n\n2\n00:00:03,000 --> 00:00:04,000X1:63 X2:223\nb\n";
    let parsed = read(file.as_bytes(), "x.srt").unwrap();
    let said: Vec<_> = told(&parsed);
    assert_eq!(said, ["1500 2000 a，b", "3000 4000 b"]);
}

#[test]
fn text_with_times_copied_from_elsewhere_is_read() {
    let pasted = ["0 5000 alpha and so on", "5000 3723000 bravo", "3723000 3724360 delta!"];
    for (text, expected) in [
        ("0:00\nalpha and so on\n0:05\nbravo\n1:02:03\ndelta!\n", &pasted[..]),
        ("0:00 alpha and\n0:05 bravo\n", &["0 5000 alpha and", "5000 6300 bravo"]),
        (
            "Anna Berg  0:00  \nAlpha one.\n\nBob  0:12  \nBravo two.\n\nstill Bob\n",
            &["0 12000 <Anna Berg> Alpha one.", "12000 14200 <Bob> Bravo two.\nstill Bob"],
        ),
        (
            "Speaker 1 (00:00):\nAlpha one.\n\nSpeaker 2 (00:12):\nBravo two.\n",
            &["0 12000 <Speaker 1> Alpha one.", "12000 13600 <Speaker 2> Bravo two."],
        ),
        (
            "\n[00:00.000 --> 00:02.000]  Alpha\n[00:00:02.500 --> 00:00:03.500]   Bravo\n",
            &["0 2000 Alpha", "2500 3500 Bravo"],
        ),
    ] {
        let parsed = read(text.as_bytes(), "x.txt").unwrap();
        assert_eq!(parsed.format, Format::TalkPython, "{text}");
        assert_eq!(told(&parsed), expected, "{text}");
    }
    for text in ["9:30 we meet\nand talk", "12:00 noon\n9:30 is earlier", "Ratio 4:3\nis old"] {
        assert_eq!(read(text.as_bytes(), "x.txt").unwrap().format, Format::PlainText, "{text}");
    }
}

#[test]
fn sentences_with_times_are_a_transcript_however_slowly_they_are_said() {
    let text = "0:00 Welcome to the show, today I am speaking with Anna about the walrus operator and more.\n\
        0:12 Thanks for having me, it is a great pleasure to be here with you and your listeners today.\n\
        0:32 So tell me how did you get into programming in the first place, was it as a child?\n\
        1:12 It was much later.\n";
    assert_eq!(read(text.as_bytes(), "x.txt").unwrap().transcript.cues().len(), 4);
}

#[test]
fn tables_are_read_by_the_names_of_their_columns() {
    for text in [
        "Start,End,Speaker,Text\n0:00:00,0:00:02,Anna,\"alpha, x\"\n0:00:02,0:00:03.5,Bob,bravo\n",
        "Speaker Name;Start;End;Text\nAnna;00:00:00,000;00:00:02,000;alpha, x\nBob;00:00:02,000;00:00:03,500;bravo\n",
        "id,speaker,start,end,text\n1,Anna,0.0,2.0,\"alpha, x\"\n2,Bob,2.0,3.5,bravo\n",
        "\u{feff}Speaker Name,Start Time,End Time,Text\nAnna,00:00:00.0,00:00:02.0,\"alpha, x\"\nBob,0:00:02,00:00:03:5,\"bravo\"\n",
    ] {
        let parsed = read(text.as_bytes(), "x.csv").unwrap();
        assert_eq!(told(&parsed), ["0 2000 <Anna> alpha, x", "2000 3500 <Bob> bravo"], "{text}");
        assert_eq!(parsed.problems, [], "{text}");
    }
}

#[test]
fn a_quote_that_nothing_closes_costs_no_row() {
    let text =
        "start,end,text\n0,2000,\"alpha, bravo\n2000,3000,charlie\n3000,4000,\"del,\"\"ta\"\n";
    let parsed = read(text.as_bytes(), "x.csv").unwrap();
    let expected = ["0 2000 \"alpha, bravo", "2000 3000 charlie", "3000 4000 del,\"ta"];
    assert_eq!(told(&parsed), expected);
    assert_eq!(parsed.problems[0].kind.slug(), "unclosed");
}

#[test]
fn blanks_on_both_sides_of_the_time_of_a_word_are_one() {
    let parsed = read(b"[00:01.00] <00:01.00> When <00:01.50> the <00:02.00> truth\n", "x.lrc");
    assert_eq!(told(&parsed.unwrap()), ["1000 2840 When the truth When=1000 the=1500 truth=2000"]);
}

#[test]
fn captions_without_a_time_are_kept_and_told() {
    for text in [
        r#"<timedtext format="3"><body><p t="0" d="1000">a</p><p d="1000">b</p><p t="3000" d="1000">line<br/>two</p></body></timedtext>"#,
        r#"{"events":[{"tStartMs":0,"dDurationMs":1000,"segs":[{"utf8":"a"}]},{"segs":[{"utf8":"b"}]},{"tStartMs":3000,"dDurationMs":1000,"segs":[{"utf8":"line\ntwo"}]}]}"#,
    ] {
        let parsed = read(text.as_bytes(), "x").unwrap();
        assert_eq!(told(&parsed), ["0 1000 a", "- b", "3000 4000 line\ntwo"], "{text}");
        assert_eq!(parsed.problems[0].kind.slug(), "bad-times");
    }
}

#[test]
fn words_of_an_utterance_that_are_not_listed_are_kept() {
    let text = r#"{"results":{"channels":[],"utterances":[{"start":0.5,"end":2,"transcript":"Alpha bravo.","words":[{"word":"alpha","punctuated_word":"Alpha","start":0.5,"end":1}]}]}}"#;
    let parsed = read(text.as_bytes(), "x").unwrap();
    assert_eq!(told(&parsed), ["500 2000 Alpha bravo. Alpha bravo.=500"]);
}

#[test]
fn frame_numbers_in_braces_are_no_json() {
    assert_eq!(read(b"{0}{50}alpha\n{50}{90}bravo\n", "x.sub").unwrap().format, Format::PlainText);
}
