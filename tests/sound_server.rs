//! The engine with a real sound server: what comes out is recorded, and must
//! be what was asked for, where it was asked for.
//!
//! Needs `pulseaudio` and `parec`. Where they are not installed the test says
//! so and passes, but not in CI.
#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a test may stop at the first surprise, starts a server, and has real time to wait for"
)]

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sayagain::audio::{Engine, Output, devices};
use sayagain::model::playback::{Manner, Media, Report, Request, SeekId, Speed, Volume};
use sayagain::model::{MediaTime, Moment};

const RATE: usize = 44_100;

/// How long anything may take before the test gives up.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server is found through the environment, which a program cannot safely
/// change for itself: so this test runs the next one as a program of its own.
#[test]
fn what_a_sound_server_plays_is_what_was_asked_for() {
    run_with_a_server("what_is_played_inside_the_environment_of_a_server");
}

#[test]
fn a_sound_server_plays_no_click_where_sound_begins_jumps_and_ends() {
    run_with_a_server("the_seams_inside_the_environment_of_a_server");
}

fn run_with_a_server(test: &str) {
    if Command::new("pulseaudio").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "pulseaudio is not installed");
        eprintln!("not tested: pulseaudio is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let this = std::env::current_exe().unwrap();
    let run = Command::new(this)
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env("PULSE_SERVER", format!("unix:{}", socket(folder.path())))
        .env("PULSE_RUNTIME_PATH", folder.path())
        .env("XDG_RUNTIME_DIR", folder.path())
        .env("HOME", folder.path())
        // Without a server there is to be nothing else either.
        .env("ALSA_CONFIG_PATH", "/nonexistent")
        .env("SOUND_TEST_FOLDER", folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stderr) + String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{said}");
    assert!(said.contains("1 passed"), "the inner test did not run: {said}");
}

#[test]
#[ignore = "is run by a test above, in the environment that it needs"]
fn the_seams_inside_the_environment_of_a_server() {
    let folder = std::env::var_os("SOUND_TEST_FOLDER").unwrap();
    let _server = Server::start(Path::new(&folder));
    let recorder = Recorder::start();
    // Samples follow each other closely, and a jump meets another phase.
    let tone = |n: usize| (n as f64 / RATE as f64 * 200.0 * std::f64::consts::TAU).sin();
    let tone: Vec<i16> = (0..60 * RATE).map(|n| (tone(n) * 20_000.0) as i16).collect();
    let listener = Listener::new(Output::Default, &tone);
    listener.wait_for_device();
    listener.play_to(1, 0.1);

    let mut seams = 0;
    for id in 2..14 {
        let to = f64::from(id) * 4.001_7;
        listener
            .ask(Request::Seek { id: SeekId(id), to: MediaTime::from_millis((to * 1e3) as u64) });
        listener.play_to(id, to + 0.07 + f64::from(id % 5) * 0.003);
        seams += 1;
    }
    for id in 14..20 {
        listener.ask(Request::Pause);
        listener.wait_for(|report| matches!(report, Report::Paused { .. }));
        recorder.wait_for_silence();
        listener.ask(Request::Play { id: SeekId(id) });
        let from = listener.play_to(id, 0.1).1;
        listener.play_to(id, from + 0.05 + f64::from(id % 5) * 0.003);
        seams += 2;
    }
    let all = recorder.all();
    let steps: Vec<f32> = all.windows(2).map(|two| (two[1] - two[0]).abs()).collect();
    let clicks = steps.iter().filter(|step| **step > 0.1).count();
    assert!(steps.iter().any(|step| *step > 0.01), "nothing was recorded");
    // On a machine that is busy the server may take sound just while it is being
    // changed.
    assert!(clicks <= seams / 8, "{clicks} clicks at {seams} seams");
}

#[test]
#[ignore = "is run by a test above, in the environment that it needs"]
fn what_is_played_inside_the_environment_of_a_server() {
    let folder = std::env::var_os("SOUND_TEST_FOLDER").unwrap();
    let server = Server::start(Path::new(&folder));
    assert!(devices().unwrap().iter().any(|device| device.id == "pulseaudio:test"));
    let recorder = Recorder::start();
    let noise = noise(20 * RATE);
    let listener = Listener::new(Output::Default, &noise);

    // From the start, then far away: each time the sound is the episode's at
    // the place that the engine says is heard.
    listener.wait_for_device();
    let opened = listener.play_to(1, 0.8);
    listener.ask(Request::Seek { id: SeekId(2), to: MediaTime::from_secs(15) });
    let sought = listener.play_to(2, 15.8);
    let heard = [opened, sought].map(|(when, heard)| (recorder.when(when), heard));

    // A pause is silence at once.
    listener.ask(Request::Pause);
    listener.wait_for(|report| matches!(report, Report::Paused { id: SeekId(2), .. }));
    recorder.wait_for_silence();

    // The system's default changes and that device is unplugged: the sound goes
    // there and comes back, and the listener is told.
    listener.ask(Request::Play { id: SeekId(3) });
    listener.play_to(3, 15.5);
    move_away_and_back(&listener);
    listener.play_to(3, 15.9);
    let account = listener.engine.account();
    assert!(account.way.unwrap().device.contains("test"));
    listener.ask(Request::Pause);

    // The server dies and comes back; time goes on meanwhile.
    listener.ask(Request::Play { id: SeekId(4) });
    listener.play_to(4, 16.2);
    drop(server);
    listener.wait_for(|report| matches!(report, Report::NoDevice { .. }));
    listener.play_to(4, 16.6);
    let server = Server::start(Path::new(&folder));
    listener.ask(Request::RetryDevice);
    listener.wait_for_device();
    listener.play_to(4, 17.6);

    // The server stands still: the time does not for long, nor does the end.
    server.stop();
    let stopped = Instant::now();
    listener.play_to(4, 19.4);
    assert!(stopped.elapsed() < Duration::from_millis(4_200), "{:?}", stopped.elapsed());
    let end = Instant::now();
    drop(listener);
    assert!(end.elapsed() < Duration::from_millis(600), "{:?}", end.elapsed());

    for (taken, heard) in heard {
        let (late, likeness) = recorder.late(taken, heard, &noise);
        assert!(likeness > 0.9, "what is heard at {heard} s is not the episode: {likeness}");
        assert!(late.abs() < 0.06, "at {heard} s the clock is {late} s off");
    }
}

/// What the server's control says.
fn pactl(arguments: &[&str]) -> String {
    let said = Command::new("pactl").args(arguments).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    String::from_utf8(said.stdout).unwrap()
}

/// Makes another sink the default one, and takes it away when the sound is
/// there.
fn move_away_and_back(listener: &Listener) {
    let module = pactl(&[
        "load-module",
        "module-null-sink",
        "sink_name=other",
        "sink_properties=device.description=other",
    ]);
    pactl(&["set-default-sink", "other"]);
    listener.wait_for(|report| matches!(report, Report::Device { name } if name.contains("other")));
    pactl(&["unload-module", module.trim()]);
    listener.wait_for(|report| matches!(report, Report::Device { name } if name.contains("test")));
}

fn socket(folder: &Path) -> String {
    format!("{}/native", folder.display())
}

/// A PulseAudio of our own, with a sink that plays into the void in real time.
struct Server(Child);

impl Server {
    fn start(folder: &Path) -> Self {
        let socket = socket(folder);
        let _ = std::fs::remove_file(&socket);
        let child = Command::new("pulseaudio")
            .args(["-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1"])
            .arg("-L")
            .arg(format!("module-native-protocol-unix auth-anonymous=1 socket={socket}"))
            .args([
                "-L",
                "module-null-sink sink_name=test rate=44100 channels=2 format=s16le \
                         sink_properties=device.description=test",
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self(child);
        wait_until("the server listens", || {
            std::os::unix::net::UnixStream::connect(&socket).is_ok()
                && devices().is_ok_and(|all| all.iter().any(|device| device.id.ends_with("test")))
        });
        server
    }
}

impl Server {
    /// Has it do nothing more, as when its machine is asleep.
    fn stop(&self) {
        let process = self.0.id().to_string();
        assert!(Command::new("kill").args(["-STOP", &process]).status().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Some samples and when they came.
type Piece = (Instant, Vec<f32>);

/// Takes down what the server's sink plays.
struct Recorder {
    child: Child,
    heard: Arc<Mutex<Vec<Piece>>>,
}

impl Recorder {
    fn start() -> Self {
        let mut child = Command::new("parec")
            .args(["-d", "test.monitor", "--raw", "--format=s16le", "--rate=44100"])
            .args(["--channels=1", "--latency-msec=10"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut out = child.stdout.take().unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let pieces = Arc::clone(&heard);
        std::thread::spawn(move || {
            let mut bytes = [0; 882];
            while out.read_exact(&mut bytes).is_ok() {
                let samples = bytes.chunks_exact(2);
                let samples =
                    samples.map(|two| f32::from(i16::from_le_bytes([two[0], two[1]])) / 32_768.0);
                pieces.lock().unwrap().push((Instant::now(), samples.collect()));
            }
        });
        let recorder = Self { child, heard };
        wait_until("the recorder records", || !recorder.heard.lock().unwrap().is_empty());
        recorder
    }

    /// How many samples had been recorded at `moment`.
    fn when(&self, moment: Instant) -> usize {
        let pieces = self.heard.lock().unwrap();
        pieces.iter().take_while(|piece| piece.0 <= moment).map(|piece| piece.1.len()).sum()
    }

    /// All that was recorded.
    fn all(&self) -> Vec<f32> {
        self.heard.lock().unwrap().iter().flat_map(|piece| piece.1.clone()).collect()
    }

    /// How much later than the clock's `heard` seconds the sound is that was
    /// recorded up to sample `taken`, and how like the episode's it is.
    fn late(&self, taken: usize, heard: f64, noise: &[i16]) -> (f64, f64) {
        let all = self.all();
        let piece = &all[taken - 1_500..taken];
        let clock = (heard * RATE as f64) as usize - 1_500;
        let likeness = |at: usize, count: usize| {
            let some = || piece.iter().zip(&noise[at..]).take(count);
            let pairs = || some().map(|(a, b)| (f64::from(*a), f64::from(*b)));
            let product: f64 = pairs().map(|(a, b)| a * b).sum();
            let energies: (f64, f64) =
                pairs().fold((1e-9, 1e-9), |sum, (a, b)| (sum.0 + a * a, sum.1 + b * b));
            product / (energies.0 * energies.1).sqrt()
        };
        let found = (clock.saturating_sub(RATE / 4)..clock + RATE / 4)
            .max_by(|a, b| likeness(*a, 100).total_cmp(&likeness(*b, 100)))
            .unwrap();
        ((clock as f64 - found as f64) / RATE as f64, likeness(found, 1_500))
    }

    fn wait_for_silence(&self) {
        wait_until("silence", || {
            let pieces = self.heard.lock().unwrap();
            pieces.iter().rev().take(3).all(|piece| piece.1.iter().all(|sample| *sample == 0.0))
        });
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An engine and what it reports.
struct Listener {
    engine: Engine,
    origin: Instant,
    reports: Receiver<Report>,
}

impl Listener {
    fn new(output: Output, noise: &[i16]) -> Self {
        let (sender, reports) = channel();
        let origin = Instant::now();
        let report = Box::new(move |report| {
            let _ = sender.send(report);
        });
        let engine = Engine::start(output, origin, report).unwrap();
        let open = Request::Open {
            media: Media::BuiltIn(Vec::leak(wav(noise))),
            id: SeekId(1),
            at: MediaTime::ZERO,
            speed: Speed::NORMAL,
            volume: Volume::FULL,
            manner: Manner::default(),
            paused: false,
        };
        engine.ask(open);
        Self { engine, origin, reports }
    }

    fn ask(&self, request: Request) {
        self.engine.ask(request);
    }

    fn wait_for(&self, mut is_it: impl FnMut(&Report) -> bool) {
        let end = Instant::now() + PATIENCE;
        let mut others = Vec::new();
        while let Ok(report) =
            self.reports.recv_timeout(end.saturating_duration_since(Instant::now()))
        {
            if is_it(&report) {
                return;
            }
            others.push(report);
        }
        panic!("the report did not come, but {others:?}");
    }

    fn wait_for_device(&self) {
        self.wait_for(|report| matches!(report, Report::Device { .. }));
    }

    /// Waits until start `id` is heard at `seconds`; gives when that was, and
    /// the exact place.
    fn play_to(&self, id: u32, seconds: f64) -> (Instant, f64) {
        let mut place = (Instant::now(), 0.0);
        wait_until("the place is heard", || {
            let now = Instant::now();
            let moment = Moment(now - self.origin);
            let heard = self.engine.heard().filter(|heard| heard.id == SeekId(id));
            place = (now, heard.map_or(0.0, |heard| heard.clock.position(moment).as_secs_f64()));
            place.1 >= seconds
        });
        place
    }
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "waited too long until {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Noise in which every place is like no other.
fn noise(count: usize) -> Vec<i16> {
    let mut state = 1_u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 18) as i16 - 8_192
    };
    (0..count).map(|_| next()).collect()
}

/// A mono WAV of these samples.
fn wav(samples: &[i16]) -> Vec<u8> {
    let data: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let mut file = b"RIFF".to_vec();
    file.extend((36 + data.len() as u32).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend((RATE as u32).to_le_bytes());
    file.extend((RATE as u32 * 2).to_le_bytes());
    file.extend(b"\x02\0\x10\0data");
    file.extend((data.len() as u32).to_le_bytes());
    file.extend(data);
    file
}
