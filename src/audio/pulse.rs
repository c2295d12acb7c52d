//! The protocol of PulseAudio, which PipeWire speaks too: a connection, the
//! sinks behind it, and the messages of one stream of sound.
//!
//! We speak it ourselves because only so can a seek throw away what the server
//! still holds, and the server be left to sleep between large pieces.

use std::ffi::CString;
use std::io::{self, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::time::{Duration, SystemTime};

use pulseaudio::protocol::stream::{BufferAttr, StreamFlags};
use pulseaudio::protocol::{
    self, AuthParams, AuthReply, ChannelMap, Command, CommandReply, CreatePlaybackStreamReply,
    Descriptor, DescriptorFlags, GetSinkInfo, LatencyParams, PlaybackLatency, PlaybackStreamParams,
    Prop, Props, ProtocolError, SampleFormat, SampleSpec, SetClientNameReply, SinkFlags, SinkInfo,
    SinkInfoList, TagStructReader,
};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;

use super::device::Device;
use super::frame::Frame;

/// How long the server may take for an answer before it counts as dead.
const PATIENCE: Duration = Duration::from_secs(2);

/// How much is asked for at a time, and how much the sink takes at a time: a
/// seek waits for that. PulseAudio and PipeWire take all but two pieces for
/// themselves and the sink, half each. PipeWire works in such pieces for all
/// that sounds: there, half of it costs twice as much. PulseAudio needs about a
/// fifth more for 8 ms than for 11, and half as much again for 6.
pub(super) const PIECE: Duration = Duration::from_millis(40);
const SINK: Duration = Duration::from_millis(8);
const SINK_OF_PIPEWIRE: Duration = Duration::from_millis(11);

/// Bytes of a frame on the wire: two samples of four bytes.
pub(super) const FRAME_BYTES: usize = 8;

/// A connection to a sound server.
#[derive(Debug)]
pub(super) struct Link {
    reader: BufReader<UnixStream>,
    version: u16,
    sequence: u32,
}

/// The writing half of a [`Link`], for one stream.
#[derive(Debug)]
pub(super) struct Writer {
    socket: UnixStream,
    version: u16,
    sequence: u32,
    channel: u32,
    bytes: Vec<u8>,
}

/// What the server says of a stream that it has made.
#[derive(Debug)]
pub(super) struct Created {
    /// How many bytes it wants at first.
    pub(super) wanted: usize,
    /// How much it was asked to hold, and how much it does.
    pub(super) asked: Duration,
    /// See `asked`.
    pub(super) got: Duration,
    /// How much the sink takes of it at a time.
    pub(super) sink: Duration,
    /// Whether a sound that begins comes in place of silence that the sink has
    /// taken, as far as that is not played.
    pub(super) rewinds: bool,
    /// Whether the sink may have taken a piece more than the server knows.
    pub(super) lags: bool,
}

/// What the server says while a stream plays.
#[derive(Debug)]
pub(super) enum Said {
    /// It wants so many bytes more.
    Wants(usize),
    /// The answer to [`Writer::ask_latency`] with this number: how many bytes
    /// it holds, and how long what leaves it now takes to be heard.
    Latency(u32, usize, Duration),
    /// Sound begins: what was known of its latency is void.
    Changed,
    /// The stream has been moved to the sink with this index, which takes so
    /// much of it at a time.
    Moved(u32, Duration),
    /// What a person calls the sink that was asked for.
    Sink(String),
    /// It wanted more than it had.
    Underflow,
    /// It has taken the stream away.
    Gone,
    /// Nothing for us.
    Other,
}

impl Link {
    /// Connects to the server that the environment names. Costs two messages
    /// there and back.
    ///
    /// # Errors
    ///
    /// That there is none, or that it does not let us in.
    #[expect(clippy::disallowed_methods, reason = "the server's cookie is its business and ours")]
    pub(super) fn connect() -> io::Result<Self> {
        let path = pulseaudio::socket_path_from_env().ok_or(io::ErrorKind::NotFound)?;
        let socket = UnixStream::connect(path)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        socket.set_write_timeout(Some(PATIENCE))?;
        let reader = BufReader::with_capacity(4 << 10, socket);
        let mut link = Self { reader, version: protocol::MAX_VERSION, sequence: 0 };
        let cookie = pulseaudio::cookie_path_from_env().and_then(|path| std::fs::read(path).ok());
        let auth = AuthParams {
            version: protocol::MAX_VERSION,
            supports_shm: false,
            supports_memfd: false,
            cookie: cookie.unwrap_or_default(),
        };
        let reply: AuthReply = link.ask(&Command::Auth(auth))?;
        link.version = protocol::MAX_VERSION.min(reply.version);
        let mut props = Props::new();
        props.set(Prop::ApplicationName, c"sayagain");
        let id = CString::new(std::process::id().to_string()).unwrap_or_default();
        props.set(Prop::ApplicationProcessId, id);
        let _: SetClientNameReply = link.ask(&Command::SetClientName(props))?;
        Ok(link)
    }

    /// The server's default sink.
    ///
    /// # Errors
    ///
    /// That there is none.
    pub(super) fn default_sink(&mut self) -> io::Result<Device> {
        let name = Some(protocol::DEFAULT_SINK.to_owned());
        let sink: SinkInfo = self.ask(&Command::GetSinkInfo(GetSinkInfo { index: None, name }))?;
        Ok(device(&sink))
    }

    /// All its sinks.
    ///
    /// # Errors
    ///
    /// That the server does not answer.
    pub(super) fn sinks(&mut self) -> io::Result<Vec<Device>> {
        let sinks: SinkInfoList = self.ask(&Command::GetSinkInfoList)?;
        Ok(sinks.iter().map(device).collect())
    }

    /// Makes a stream of `rate_hz`, with buffers `width` times as wide as
    /// usual, for the sink with this id (or the default,
    /// wherever that moves), which begins to play when it gets sound.
    ///
    /// # Errors
    ///
    /// That the server refuses.
    pub(super) fn stream(
        mut self,
        sink_id: Option<&str>,
        rate_hz: u32,
        width: u32,
    ) -> io::Result<(Receiver, Writer, Created)> {
        let bytes = |time: Duration| {
            (time.as_secs_f64() * f64::from(rate_hz * width)) as u32 * FRAME_BYTES as u32
        };
        let (rewinds, lags) = self.manner(sink_id).unwrap_or((false, false));
        let sink = if lags { SINK_OF_PIPEWIRE } else { SINK };
        let piece = bytes(PIECE);
        let all = (piece + bytes(sink)) * 2;
        let mut props = Props::new();
        props.set(Prop::MediaName, c"podcast");
        let sink_name = sink_id.and_then(|id| CString::new(id.trim_start_matches(PREFIX)).ok());
        let parameters = PlaybackStreamParams {
            sample_spec: SampleSpec {
                format: SampleFormat::Float32Le,
                channels: 2,
                sample_rate: rate_hz,
            },
            channel_map: ChannelMap::stereo(),
            sink_name,
            buffer_attr: BufferAttr {
                target_length: all,
                minimum_request_length: piece,
                pre_buffering: piece,
                ..BufferAttr::default()
            },
            flags: StreamFlags { adjust_latency: true, ..StreamFlags::default() },
            props,
            ..PlaybackStreamParams::default()
        };
        let reply: CreatePlaybackStreamReply =
            self.ask(&Command::CreatePlaybackStream(parameters))?;
        let socket = self.reader.get_ref().try_clone()?;
        self.reader.get_ref().set_read_timeout(None)?;
        let writer = Writer {
            socket,
            version: self.version,
            sequence: self.sequence,
            channel: reply.channel,
            bytes: Vec::new(),
        };
        let receiver = Receiver { reader: self.reader, version: self.version, payload: Vec::new() };
        let length = |bytes: u32| {
            Duration::from_secs_f64(f64::from(bytes / FRAME_BYTES as u32) / f64::from(rate_hz))
        };
        let created = Created {
            wanted: reply.requested_bytes as usize,
            asked: length(all),
            got: length(reply.buffer_attr.target_length),
            sink: Duration::from_micros(reply.stream_latency),
            rewinds,
            lags,
        };
        Ok((receiver, writer, created))
    }

    /// Whether the sink with this id, or the default one, gives back what it has
    /// taken and not played, and whether it may have taken more than its server
    /// knows. PulseAudio's give back that can be asked for any latency. PipeWire's
    /// never do, and take sound in a thread that its server hears of later.
    fn manner(&mut self, sink_id: Option<&str>) -> io::Result<(bool, bool)> {
        let name = match sink_id {
            None => protocol::DEFAULT_SINK.to_owned(),
            Some(id) => CString::new(id.trim_start_matches(PREFIX))?,
        };
        let about = GetSinkInfo { index: None, name: Some(name) };
        let sink: SinkInfo = self.ask(&Command::GetSinkInfo(about))?;
        let driver = sink.driver.unwrap_or_default();
        let lags = driver.to_string_lossy().contains("PipeWire");
        Ok((!lags && sink.flags.contains(SinkFlags::DYNAMIC_LATENCY), lags))
    }

    fn ask<R: CommandReply>(&mut self, command: &Command) -> io::Result<R> {
        self.sequence += 1;
        protocol::write_command_message(self.reader.get_mut(), self.sequence, command, self.version)
            .and_then(|()| protocol::read_reply_message(&mut self.reader, self.version))
            .map(|(_, reply)| reply)
            .map_err(io_error)
    }
}

/// What ids of sinks begin with, so that they cannot be those of others.
const PREFIX: &str = "pulseaudio:";

fn device(sink: &SinkInfo) -> Device {
    let text = |name: &CString| name.to_string_lossy().into_owned();
    Device {
        id: format!("{PREFIX}{}", text(&sink.name)),
        name: text(sink.description.as_ref().unwrap_or(&sink.name)),
    }
}

fn io_error(error: ProtocolError) -> io::Error {
    match error {
        ProtocolError::Io(error) => error,
        error => io::Error::other(error),
    }
}

/// What a question was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    /// How late the sound is.
    Latency,
    /// What a sink is called.
    Sink,
    /// Nothing that is waited for.
    Nothing,
}

/// The reading half of a [`Link`].
#[derive(Debug)]
pub(super) struct Receiver {
    reader: BufReader<UnixStream>,
    version: u16,
    payload: Vec<u8>,
}

impl Receiver {
    /// Waits for what the server says next. `asked` says what the question of
    /// a number was about, if it is open.
    ///
    /// # Errors
    ///
    /// That the connection is gone.
    pub(super) fn next(&mut self, asked: impl FnOnce(u32) -> About) -> io::Result<Said> {
        self.wait()?;
        let about = protocol::read_descriptor(&mut self.reader).map_err(io_error)?;
        self.payload.resize(about.length as usize, 0);
        self.reader.read_exact(&mut self.payload)?;
        let mut rest = &self.payload[..];
        let Ok((number, command)) = Command::read_tag_prefixed(&mut rest, self.version) else {
            return Ok(Said::Other);
        };
        let about = if command == Command::Reply { asked(number) } else { About::Nothing };
        Ok(match command {
            Command::Reply if about == About::Sink => {
                let sink = TagStructReader::new(&mut rest, self.version).read::<SinkInfo>();
                sink.map_or(Said::Other, |sink| Said::Sink(device(&sink).name))
            }
            Command::Reply if about == About::Latency => {
                match TagStructReader::new(&mut rest, self.version).read::<PlaybackLatency>() {
                    Ok(now) => {
                        let held = usize::try_from(now.write_offset - now.read_offset);
                        let sink = Duration::from_micros(now.sink_usec);
                        Said::Latency(number, held.unwrap_or(0), sink)
                    }
                    Err(_) => Said::Other,
                }
            }
            Command::Request(request) => Said::Wants(request.length as usize),
            Command::Underflow(_) => Said::Underflow,
            Command::Started(_) => Said::Changed,
            Command::PlaybackStreamMoved(moved) => {
                let sink = Duration::from_micros(moved.configured_sink_latency);
                Said::Moved(moved.device_index, sink)
            }
            Command::PlaybackStreamKilled(_) => Said::Gone,
            _ => Said::Other,
        })
    }
}

impl Receiver {
    /// Waits until the server has said something. A read would do that too, but
    /// Linux wakes whoever reads a local socket also when the other side has
    /// taken what was sent: twice as often as there is anything to do. Who
    /// polls is left asleep.
    fn wait(&self) -> io::Result<()> {
        if !self.reader.buffer().is_empty() {
            return Ok(());
        }
        let mut sockets = [PollFd::new(self.reader.get_ref(), PollFlags::IN)];
        loop {
            match poll(&mut sockets, None) {
                Ok(_) => return Ok(()),
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

impl Writer {
    /// Sends frames to be played behind those before, or in place of the last
    /// `back` of them: as far as the server has not played those.
    ///
    /// # Errors
    ///
    /// That the connection is gone.
    pub(super) fn send(&mut self, frames: &[Frame], back: usize) -> io::Result<()> {
        let length = (frames.len() * FRAME_BYTES) as u32;
        // No flags: the offset counts from what was written last.
        let flags = DescriptorFlags::empty();
        let offset = ((back * FRAME_BYTES) as u64).wrapping_neg();
        let about = Descriptor { length, channel: self.channel, offset, flags };
        self.bytes.clear();
        protocol::write_descriptor(&mut self.bytes, &about).map_err(io_error)?;
        self.bytes.extend(frames.iter().flatten().flat_map(|sample| sample.to_le_bytes()));
        self.socket.write_all(&self.bytes)
    }

    /// Asks how long what was sent last takes to be heard; gives the number
    /// that the answer will have.
    ///
    /// # Errors
    ///
    /// That the connection is gone.
    pub(super) fn ask_latency(&mut self) -> io::Result<u32> {
        let now = SystemTime::UNIX_EPOCH;
        self.command(&Command::GetPlaybackLatency(LatencyParams { channel: self.channel, now }))
    }

    /// Asks what the sink with this index is called; gives the number that the
    /// answer will have.
    ///
    /// # Errors
    ///
    /// That the connection is gone.
    pub(super) fn ask_sink(&mut self, index: u32) -> io::Result<u32> {
        let about = GetSinkInfo { index: Some(index), name: None };
        self.command(&Command::GetSinkInfo(about))
    }

    /// Ends the connection, and with it the sound, at once.
    pub(super) fn hang_up(&self) {
        let _ = self.socket.shutdown(std::net::Shutdown::Both);
    }

    fn command(&mut self, command: &Command) -> io::Result<u32> {
        self.sequence += 1;
        self.bytes.clear();
        protocol::write_command_message(&mut self.bytes, self.sequence, command, self.version)
            .map_err(io_error)?;
        self.socket.write_all(&self.bytes)?;
        Ok(self.sequence)
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test that watches a thread of its own")]
mod tests {
    use super::*;

    #[test]
    fn who_waits_for_the_server_is_not_woken_when_it_takes_what_was_sent() {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        let mut sender = ours.try_clone().unwrap();
        let reader = BufReader::with_capacity(4 << 10, ours);
        let mut receiver = Receiver { reader, version: protocol::MAX_VERSION, payload: Vec::new() };
        let (tell, task) = std::sync::mpsc::channel();
        let waiting = std::thread::spawn(move || {
            tell.send(std::fs::read_link("/proc/thread-self").unwrap()).unwrap();
            // Ends when the server hangs up.
            assert!(receiver.next(|_| About::Nothing).is_err());
        });
        let status = std::path::Path::new("/proc").join(task.recv().unwrap()).join("status");
        let told = |key: &str| {
            let status = std::fs::read_to_string(&status).unwrap();
            let line = status.lines().find_map(|line| line.strip_prefix(key)).map(str::trim);
            line.unwrap().to_owned()
        };
        let asleep = || while !told("State:").starts_with('S') {};
        asleep();
        let count = || told("voluntary_ctxt_switches:").parse::<u32>().unwrap();
        let before = count();
        for _ in 0..20 {
            sender.write_all(&[0; 14_132]).unwrap();
            theirs.read_exact(&mut [0; 14_132]).unwrap();
            asleep();
        }
        // One more, perhaps, if it was not quite asleep at first.
        assert!(count() <= before + 1, "woken {} times", count() - before);
        drop(theirs);
        waiting.join().unwrap();
    }
}
