//! The engine for a long time: seeks, speeds, pauses, other files, servers
//! that die, stand still or lose their device, in no order. Nothing may grow,
//! hang or run at another pace than time.
//!
//! Run by hand; `docs/soak.md` says how.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a test may stop at the first surprise, starts a server, and has real time to wait for"
)]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use sayagain::audio::{Engine, Output, devices};
use sayagain::model::playback::{Manner, Media, Report, Request, SeekId, Speed, Volume};
use sayagain::model::{MediaTime, Moment};

/// How long it goes on if `SOAK_SECONDS` does not say.
const SECONDS: u64 = 60;

/// How long anything may take before it counts as hung.
const PATIENCE: Duration = Duration::from_secs(60);

/// How many seconds of real time the clock may be off after [`QUIET`], if
/// `SOAK_DRIFT` does not say. Under the sanitizer the server often waits for
/// us, and the clock stands with the sound.
const DRIFT: f64 = 0.5;

/// How many kB more may be held than after the first tenth, if `SOAK_GROWTH`
/// does not say. The sanitizer's own notes grow, and count as ours.
const GROWTH_KB: u64 = 8_192;

/// A minute of a saw. It stays where a check for leaks finds it.
static SAW: LazyLock<Vec<u8>> = LazyLock::new(|| wav(60));

/// How long the clock is looked at.
const QUIET: Duration = Duration::from_secs(3);

#[test]
#[ignore = "takes a minute, or as long as SOAK_SECONDS says"]
fn whatever_is_done_to_the_engine_nothing_grows() {
    let folder = tempfile::tempdir().unwrap();
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "inside_the_environment_of_a_server", "--ignored", "--nocapture"])
        .env("PULSE_SERVER", format!("unix:{}/native", folder.path().display()))
        .env("PULSE_RUNTIME_PATH", folder.path())
        .env("XDG_RUNTIME_DIR", folder.path())
        .env("HOME", folder.path())
        .env("ALSA_CONFIG_PATH", "/nonexistent")
        .env("SOAK_FOLDER", folder.path())
        .status()
        .unwrap();
    assert!(status.success());
}

#[test]
#[ignore = "is run by the test above, in the environment that it needs"]
fn inside_the_environment_of_a_server() {
    let Some(folder) = std::env::var_os("SOAK_FOLDER") else { return };
    let seconds = std::env::var("SOAK_SECONDS").ok().and_then(|all| all.parse().ok());
    let end = Instant::now() + Duration::from_secs(seconds.unwrap_or(SECONDS));
    let mut soak = Soak::new(PathBuf::from(folder));
    let begun = Instant::now();
    let mut said = begun;
    let mut early: Option<Held> = None;
    let growth_kb = std::env::var("SOAK_GROWTH").ok().and_then(|all| all.parse().ok());
    let growth_kb = growth_kb.unwrap_or(GROWTH_KB);
    while Instant::now() < end {
        soak.act();
        if said.elapsed() > Duration::from_secs(10) {
            said = Instant::now();
            soak.settle();
            let held = Held::now();
            let secs = begun.elapsed().as_secs();
            eprintln!("{secs} s: {held:?}, {}", soak.told());
            // What is there after the first tenth is what it needs.
            if begun.elapsed() * 10 > begun.elapsed() + (end - Instant::now()) {
                let early = early.get_or_insert(held);
                assert!(held.files <= early.files + 2, "{held:?} after {early:?}");
                assert!(held.threads <= early.threads + 1, "{held:?} after {early:?}");
                assert!(held.memory_kb <= early.memory_kb + growth_kb, "{held:?} after {early:?}");
            }
        }
    }
    eprintln!("{}", soak.told());
}

/// What the process holds.
#[derive(Clone, Copy, Debug)]
struct Held {
    memory_kb: u64,
    files: usize,
    threads: usize,
}

impl Held {
    fn now() -> Self {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let memory = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
        let count = |folder: &str| std::fs::read_dir(folder).unwrap().count();
        Self {
            memory_kb: memory.trim().trim_end_matches(" kB").parse().unwrap(),
            files: count("/proc/self/fd"),
            threads: count("/proc/self/task"),
        }
    }
}

struct Soak {
    folder: PathBuf,
    server: Option<Child>,
    engine: Engine,
    origin: Instant,
    media: Vec<Media>,
    id: u32,
    speed: Speed,
    random: u64,
    reports: std::sync::mpsc::Receiver<Report>,
    done: [u64; 10],
    drifts: Vec<f64>,
}

impl Soak {
    fn new(folder: PathBuf) -> Self {
        let (sender, reports) = std::sync::mpsc::channel();
        let origin = Instant::now();
        let report = Box::new(move |report| {
            let _ = sender.send(report);
        });
        let files = std::env::var_os("SOAK_MEDIA").map(PathBuf::from);
        let files = files.into_iter().flat_map(|all| std::fs::read_dir(all).unwrap());
        let mut media: Vec<Media> = files
            .map(|file| file.unwrap().path())
            .filter(|path| path.extension().is_none_or(|is| is != "vtt" && is != "s16"))
            .map(Media::File)
            .collect();
        media.push(Media::BuiltIn(&SAW));
        let server = Some(serve(&folder));
        let engine = Engine::start(Output::Default, origin, report).unwrap();
        let mut soak = Self {
            folder,
            server,
            engine,
            origin,
            media,
            id: 0,
            speed: Speed::NORMAL,
            random: 0x9e37_79b9_7f4a_7c15,
            reports,
            done: [0; 10],
            drifts: Vec::new(),
        };
        soak.open();
        soak
    }

    /// A number below `limit`; the same ones in every run.
    fn any(&mut self, limit: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random % limit
    }

    fn next(&mut self) -> SeekId {
        self.id += 1;
        SeekId(self.id)
    }

    fn open(&mut self) {
        let which = self.any(self.media.len() as u64);
        let media = self.media[usize::try_from(which).unwrap()].clone();
        let at = MediaTime::from_millis(self.any(50_000));
        let id = self.next();
        let (speed, volume) = (self.speed, Volume::FULL);
        let manner = Manner::default();
        self.engine.ask(Request::Open { media, id, at, speed, volume, manner, paused: false });
    }

    fn seek(&mut self) {
        let far = if self.any(2) == 0 { 60_000 } else { 10_800_000 };
        let to = MediaTime::from_millis(self.any(far));
        let id = self.next();
        self.engine.ask(Request::Seek { id, to });
    }

    /// Does one thing, and waits a little.
    fn act(&mut self) {
        let what = match self.any(1_000) {
            0..500 => {
                self.seek();
                0
            }
            500..600 => {
                for _ in 0..self.any(30) {
                    self.seek();
                }
                1
            }
            600..750 => {
                self.speed = Speed::from_tenths(i32::try_from(self.any(26) + 5).unwrap());
                let id = self.next();
                self.engine.ask(Request::Speed { id, speed: self.speed });
                2
            }
            750..800 => {
                let volume = i32::try_from(self.any(151)).unwrap();
                self.engine.ask(Request::Volume(Volume::from_percent(volume)));
                3
            }
            800..920 => {
                self.engine.ask(Request::Pause);
                self.rest(200);
                let id = self.next();
                self.engine.ask(Request::Play { id });
                4
            }
            920..960 => {
                self.open();
                5
            }
            960..970 => {
                // The device goes away; the next comes.
                let _ = Command::new("pactl").args(["unload-module", "module-null-sink"]).status();
                self.rest(300);
                let _ = load_sink();
                self.engine.ask(Request::RetryDevice);
                6
            }
            970..980 => {
                self.stop_server();
                self.rest(1_000);
                self.server = Some(serve(&self.folder));
                self.engine.ask(Request::RetryDevice);
                7
            }
            980..985 => {
                self.signal("-STOP");
                self.rest(3_000);
                self.signal("-CONT");
                8
            }
            _ => {
                self.look_at_the_clock();
                9
            }
        };
        self.done[what] += 1;
        self.rest(300);
        // What is not listened to would be kept for ever.
        while self.reports.try_recv().is_ok() {}
    }

    /// Plays from a known place until that is heard.
    fn settle(&mut self) {
        self.open();
        let id = self.next();
        self.engine.ask(Request::Seek { id, to: MediaTime::from_secs(10) });
        let end = Instant::now() + PATIENCE;
        while self.engine.heard().is_none_or(|heard| heard.id != id) {
            assert!(Instant::now() < end, "nothing is heard any more");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The clock must run as fast as time does.
    fn look_at_the_clock(&mut self) {
        self.settle();
        self.engine.ask(Request::RetryDevice);
        self.rest(1_000);
        let place = |soak: &Self| {
            let now = Instant::now();
            let heard = soak.engine.heard()?;
            let clock = heard.clock.position(Moment(now - soak.origin));
            Some((now, clock.as_secs_f64()))
        };
        // Where sound was missing, the clock stands, as it should.
        let missing = self.engine.account().underruns;
        let Some(first) = place(self) else { return };
        std::thread::sleep(QUIET);
        let Some(last) = place(self).filter(|_| missing == self.engine.account().underruns) else {
            return;
        };
        let passed = (last.0 - first.0).as_secs_f64() * self.speed.factor();
        let drift = last.1 - first.1 - passed;
        let allowed = std::env::var("SOAK_DRIFT").ok().and_then(|all| all.parse().ok());
        let allowed = allowed.unwrap_or(DRIFT) * self.speed.factor();
        assert!(drift.abs() < allowed, "{drift} s in {passed} s");
        self.drifts.push(drift);
    }

    fn rest(&mut self, millis: u64) {
        let millis = self.any(millis);
        std::thread::sleep(Duration::from_millis(millis));
    }

    fn signal(&self, signal: &str) {
        if let Some(server) = &self.server {
            let _ = Command::new("kill").args([signal, &server.id().to_string()]).status();
        }
    }

    fn stop_server(&mut self) {
        if let Some(mut server) = self.server.take() {
            let _ = server.kill();
            let _ = server.wait();
        }
    }

    fn told(&self) -> String {
        let names = [
            "seeks", "bursts", "speeds", "volumes", "pauses", "files", "sinks", "deaths", "stops",
            "looks",
        ];
        let done = names.iter().zip(self.done).map(|(name, count)| format!("{count} {name}"));
        let done = done.collect::<Vec<_>>().join(", ");
        let worst = self.drifts.iter().fold(0.0_f64, |worst, drift| worst.max(drift.abs()));
        let millis = worst * 1_000.0;
        format!(
            "{done}; drift {millis:.1} ms at most; {} underruns",
            self.engine.account().underruns
        )
    }
}

impl Drop for Soak {
    fn drop(&mut self) {
        self.stop_server();
    }
}

/// A PulseAudio of our own, with a sink that plays into the void in real time.
fn serve(folder: &Path) -> Child {
    let socket = format!("{}/native", folder.display());
    let _ = std::fs::remove_file(&socket);
    let child = Command::new("pulseaudio")
        .args(["-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1"])
        .arg("-L")
        .arg(format!("module-native-protocol-unix auth-anonymous=1 socket={socket}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let end = Instant::now() + PATIENCE;
    while !(std::os::unix::net::UnixStream::connect(&socket).is_ok()
        && load_sink()
        && devices().is_ok_and(|all| all.iter().any(|device| device.id.ends_with("test"))))
    {
        assert!(Instant::now() < end, "the server does not begin");
        std::thread::sleep(Duration::from_millis(20));
    }
    child
}

fn load_sink() -> bool {
    Command::new("pactl")
        .args(["load-module", "module-null-sink", "sink_name=test", "rate=44100", "channels=2"])
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Some seconds of a saw, as a mono WAV.
fn wav(secs: u32) -> Vec<u8> {
    let rate = 22_050_u32;
    let size = secs * rate * 2;
    // With room for all of it: what grows leaves holes in the memory that is
    // measured here.
    let mut file = Vec::with_capacity(44 + usize::try_from(size).unwrap());
    file.extend(b"RIFF");
    file.extend((36 + size).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend(rate.to_le_bytes());
    file.extend((rate * 2).to_le_bytes());
    file.extend(b"\x02\0\x10\0data");
    file.extend(size.to_le_bytes());
    file.extend((0..secs * rate).flat_map(|n| ((n % 200) as u16 * 40).to_le_bytes()));
    file
}
