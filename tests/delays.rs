//! Devices that are heard later than they say, in the whole program, without
//! terminal and sound: keys and reports in, effects out.

mod script;

use sayagain::app::{Delays, Effect, Event, Start};
use sayagain::model::Transcript;
use sayagain::model::playback::{Media, Report, Request};
use script::{Script, silent, transcript};

fn talk(known: &[(&str, i32)], asked: Option<i32>) -> Script {
    let text: Transcript = transcript([(0, 4_000, "Ann: and so on it goes")]);
    let mut script = if known.is_empty() {
        Script::new(text)
    } else {
        Script::start(Start { media: Some(Media::BuiltIn(b"")), ..silent(text) })
    };
    let known = known.iter().map(|&(device, millis)| (device.to_owned(), millis));
    script.app.know_delays(Delays::new(known, asked));
    script
}

/// Sound comes out of this device now; what is asked and kept for it.
fn plug(script: &mut Script, name: &str) -> (Vec<i32>, Vec<(String, i32)>) {
    script.event(Event::Playback(Report::Device { name: name.to_owned() }));
    effects(script)
}

fn effects(script: &mut Script) -> (Vec<i32>, Vec<(String, i32)>) {
    let (mut asked, mut kept) = (Vec::new(), Vec::new());
    for effect in std::mem::take(&mut script.effects) {
        match effect {
            Effect::Playback(Request::Delay(millis)) => asked.push(millis),
            Effect::KeepDelay { device, millis } => kept.push((device, millis)),
            _ => {}
        }
    }
    (asked, kept)
}

fn said(script: &Script) -> &str {
    script.app.notice().map_or("", |notice| notice.text())
}

#[test]
fn each_device_has_its_own_delay() {
    let mut script = talk(&[("ears", 180), ("speakers", -20)], None);
    assert_eq!(plug(&mut script, "ears"), (vec![180], vec![]));
    assert_eq!(plug(&mut script, "speakers"), (vec![-20], vec![]));
    assert_eq!(plug(&mut script, "other"), (vec![0], vec![]));
    assert_eq!(plug(&mut script, "another"), (vec![], vec![]));
}

#[test]
fn what_is_asked_for_at_the_start_is_kept_for_the_first_device() {
    let mut script = talk(&[("ears", 180)], Some(90));
    assert_eq!(plug(&mut script, "ears"), (vec![90], vec![("ears".to_owned(), 90)]));
    assert_eq!(plug(&mut script, "speakers"), (vec![0], vec![]));
}

#[test]
fn a_delay_is_set_and_changed_by_what_is_typed() {
    let mut script = talk(&[], None);
    plug(&mut script, "ears");
    let ears = |millis| (vec![millis], vec![("ears".to_owned(), millis)]);
    script.keys(":audio-delay 150<Enter>");
    assert_eq!((effects(&mut script), said(&script)), (ears(150), "audio delay 150 ms for ears"));
    script.keys(":audio-delay +20<Enter>");
    assert_eq!(effects(&mut script), ears(170));
    script.keys(":audio-delay -200ms<Enter>");
    assert_eq!(effects(&mut script), ears(-30));
    script.keys(":audio-delay<Enter>");
    assert_eq!(
        (effects(&mut script), said(&script)),
        ((vec![], vec![]), "audio delay -30 ms for ears")
    );
    assert_eq!(script.at(), 0, "the place does not move for it");
    for wrong in ["2001", "-2000", "+99999999999", "soon"] {
        script.keys(&format!(":audio-delay {wrong}<Enter>"));
        let told = "audio-delay takes -2000 to 2000 ms: 150 sets it, +20 and -20 change it";
        assert_eq!((effects(&mut script), said(&script)), ((vec![], vec![]), told));
    }
}
