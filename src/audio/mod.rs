//! Stub
#![expect(missing_docs, reason = "stub")]
use crate::model::playback::{Heard, Report, Request, SeekId};
use crate::model::{Clock, MediaTime, Moment};
use std::io;
use std::sync::Mutex;
pub enum Output {
    Default,
    Named(String),
    Silent,
}
pub struct Device {
    pub id: String,
    pub name: String,
}
pub fn devices() -> io::Result<Vec<Device>> {
    Ok(vec![])
}
struct S {
    id: SeekId,
    clock: Clock,
    playing: bool,
    speed: f64,
}
pub struct Engine {
    s: Mutex<S>,
    origin: std::time::Instant,
    report: Mutex<Box<dyn Fn(Report) + Send>>,
}
impl Engine {
    pub fn start(
        _o: Output,
        origin: std::time::Instant,
        report: Box<dyn Fn(Report) + Send>,
    ) -> io::Result<Engine> {
        Ok(Engine {
            s: Mutex::new(S {
                id: SeekId(0),
                clock: Clock::paused(MediaTime::ZERO),
                playing: false,
                speed: 1.0,
            }),
            origin,
            report: Mutex::new(report),
        })
    }
    pub fn ask(&self, r: Request) {
        let now = Moment(self.origin.elapsed());
        let mut s = self.s.lock().unwrap_or_else(|e| e.into_inner());
        let pos = s.clock.position(now);
        let r2 = |r| (self.report.lock().unwrap_or_else(|e| e.into_inner()))(r);
        match r {
            Request::Open { id, at, speed, paused, .. } => {
                s.id = id;
                s.speed = speed.factor();
                s.playing = !paused;
                s.clock = if paused { Clock::paused(at) } else { Clock::running(at, now, s.speed) };
                r2(Report::Opened { length: Some(MediaTime::from_micros(163_465_000)) });
            }
            Request::Play { id } => {
                s.id = id;
                s.playing = true;
                s.clock = Clock::running(pos, now, s.speed);
            }
            Request::Pause => {
                s.playing = false;
                s.clock = Clock::paused(pos);
                r2(Report::Paused { id: s.id, at: pos });
            }
            Request::Seek { id, to } => {
                s.id = id;
                s.clock =
                    if s.playing { Clock::running(to, now, s.speed) } else { Clock::paused(to) };
            }
            Request::Speed { id, speed } => {
                s.id = id;
                s.speed = speed.factor();
                if s.playing {
                    s.clock = Clock::running(pos, now, s.speed);
                }
            }
            _ => {}
        }
    }
    pub fn heard(&self) -> Option<Heard> {
        let s = self.s.lock().unwrap_or_else(|e| e.into_inner());
        s.playing.then_some(Heard { id: s.id, clock: s.clock })
    }
}
