#!/usr/bin/env python3
"""Make the sample episode: script.txt becomes episode.mp3, its transcript and its chapters.

    apt-get install python3 ffmpeg lame flite festival festvox-us-slt-hts
    python3 assets/sample/make.py

Every sentence is synthesised on its own, cut to the speech in it, and put on
one line of samples with silence between. So the times of the cues are counted
in samples, not guessed: a cue starts LEAD seconds before its first sound.
The same packages give the same three files, byte for byte.
"""

import re
import subprocess
import tempfile
from array import array
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent

RATE = 24_000  # samples a second; a millisecond is a whole number of them
LOUDNESS = -17.0  # LUFS, of each voice by itself
LEAD = 0.030  # seconds kept before the first sound, so that no soft consonant is cut
TAIL = 0.080  # seconds kept after the last sound
FLOOR = 0.02  # what counts as sound, as a part of the loudest moment (-34 dB)

# Pauses, in seconds
EDGE = 0.8  # before the first word and after the last
TURN = 0.50  # the other one speaks
ANSWER = 0.38  # the other one answers a question
CUE = 0.34  # the same one goes on
SENTENCE = 0.24  # inside a cue

# Less bass and more of what makes words clear; then a little compression, so
# that no word drops, and a limit for the peaks (0.6 is -4.4 dB).
COMPRESS = "acompressor=threshold=-24dB:ratio=2.5:attack=5:release=120"
LIMIT = "alimiter=limit=0.6:level=0:attack=3:release=60:latency=1"
SOUND = {
    "Nora": "highpass=f=90,bass=g=-3:f=220,"
    f"equalizer=f=2400:t=o:w=2:g=5,treble=g=-3:f=6000,{COMPRESS}",
    "Sam": f"highpass=f=60,bass=g=-3:f=160,equalizer=f=1300:t=o:w=1.6:g=5,{COMPRESS}",
}


@dataclass(frozen=True)
class Cue:
    """One line of the script. `pause` is the silence before it, in seconds; `chapter` begins here."""

    name: str
    shown: str
    spoken: str
    pause: float
    chapter: str


def read_script(text):
    """The cues of a script; its comment lines say how it is written."""
    cues = []
    given = None
    chapter = ""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if wait := re.fullmatch(r"\(([\d.]+)\)", line):
            given = float(wait[1])
            continue
        if line.startswith("= "):
            chapter = line[2:]
            continue
        parts = re.fullmatch(r"(\w+): (.+?)(?: \| (.+))?", line)
        if not parts or parts[1] not in SOUND:
            raise SystemExit(f"script.txt:{number}: not a line of {' or '.join(SOUND)}")
        name, shown, spoken = parts.groups()
        pause = given if given is not None else usual_pause(cues, name)
        cues.append(Cue(name, shown, spoken or shown, pause, chapter))
        given = None
        chapter = ""
    return cues


def usual_pause(before, name):
    """The seconds of silence between the cues `before` and one that `name` speaks."""
    if not before:
        return EDGE
    if before[-1].name == name:
        return CUE
    return ANSWER if before[-1].shown.endswith("?") else TURN


def speak(name, sentence, wav):
    """Write one sentence to the file `wav`, in the voice of `name`."""
    if name == "Nora":
        # -r: speed; -b: how much the formants are sharpened.
        voice = (
            "(begin (voice_cmu_us_slt_arctic_hts) (set! hts_engine_params"
            ' (append hts_engine_params (list (list "-r" 0.90) (list "-b" 0.2)))))'
        )
        command = ["text2wave", "-eval", voice, "-o", wav]
    else:
        command = ["flite", "-voice", "rms", "-f", "/dev/stdin", "-o", wav]
    subprocess.run(command, input=sentence, text=True, check=True)


def ffmpeg(*arguments):
    command = ["ffmpeg", "-hide_banner", "-nostdin", "-nostats", *arguments]
    return subprocess.run(command, check=True, capture_output=True)


def load(wav, filters):
    """The samples of a file at RATE, after ffmpeg's `filters`."""
    done = ffmpeg("-i", wav, "-af", filters, "-ac", "1", "-ar", str(RATE), "-f", "f32le", "-")
    return array("f", done.stdout)


def save(samples, wav):
    """Write samples between -1 and 1 as a file of 16 bits."""
    shape = ["-f", "f32le", "-ar", str(RATE), "-ac", "1", "-i", "pipe:0"]
    command = ["ffmpeg", "-v", "error", *shape, "-flags", "+bitexact", "-y", wav]
    subprocess.run(command, input=samples.tobytes(), check=True)


def cut(samples):
    """The part of `samples` in which somebody speaks, with LEAD and TAIL around it."""
    step = RATE // 200
    levels = [
        sum(s * s for s in samples[at : at + step]) for at in range(0, len(samples) - step, step)
    ]
    loud = [at for at, level in enumerate(levels) if level > max(levels) * FLOOR**2]
    begin = loud[0] * step - int(LEAD * RATE)
    end = (loud[-1] + 1) * step + int(TAIL * RATE)
    before = silence(max(0, -begin))
    after = silence(max(0, end - len(samples)))
    part = before + samples[max(0, begin) : end] + after
    fade = RATE // 100
    for at in range(fade):
        part[at] *= at / fade
        part[-1 - at] *= at / fade
    return part


def silence(count):
    return array("f", bytes(4 * count))


def speech(cue, folder):
    """The samples of one cue, each sentence synthesised on its own."""
    wav = str(folder / "sentence.wav")
    spoken = array("f")
    for sentence in re.findall(r"[^.?!]+[.?!]", cue.spoken):
        speak(cue.name, sentence.strip(), wav)
        if spoken:
            spoken += silence(int(SENTENCE * RATE))
        spoken += cut(load(wav, SOUND[cue.name]))
    return spoken


def level(parts, folder):
    """The parts spoken by one voice, as loud as LOUDNESS when taken together."""
    together = str(folder / "together.wav")
    quarter = array("f", (s / 4 for s in sum(parts, array("f"))))  # far from clipping
    save(quarter, together)
    report = ffmpeg("-i", together, "-af", "ebur128", "-f", "null", "-").stderr.decode()
    measured = float(re.findall(r"I: +(-[\d.]+) LUFS", report)[-1])
    levelled = load(together, f"volume={LOUDNESS - measured:.2f}dB,{LIMIT}")
    apart = []
    for part in parts:
        apart.append(levelled[: len(part)])
        levelled = levelled[len(part) :]
    return apart


def write_mp3(wav, mp3):
    """VBR with a LAME tag, so that a decoder knows the first sample and the last."""
    shape = ["-m", "m", "-V", "8", "--resample", str(RATE / 1000)]
    tags = ["--tt", "A tour of sayagain", "--ta", "Nora and Sam", "--id3v2-only"]
    subprocess.run(["lame", "--quiet", *shape, *tags, wav, str(mp3)], check=True)


def stamp(sample):
    """A place in the episode as WebVTT writes it; `sample` is on a millisecond."""
    ms = sample * 1000 // RATE
    return f"{ms // 60_000:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def main():
    cues = read_script((HERE / "script.txt").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parts = [speech(cue, folder) for cue in cues]
        for speaker in SOUND:
            own = [at for at, cue in enumerate(cues) if cue.name == speaker]
            for at, part in zip(own, level([parts[at] for at in own], folder)):
                parts[at] = part

        episode = array("f")
        vtt = "WEBVTT\n"
        chapters = []
        for cue, part in zip(cues, parts):
            episode += silence(int(cue.pause * RATE))
            episode += silence(-len(episode) % (RATE // 1000))
            start = len(episode)
            if cue.chapter:
                # What stands before the first word is its chapter's too.
                chapters.append((start if chapters else 0, cue.chapter))
            episode += part
            episode += silence(-len(episode) % (RATE // 1000))
            times = f"{stamp(start)} --> {stamp(len(episode))}"
            vtt += f"\n{times}\n<v {cue.name}>{escape(cue.shown)}\n"
        episode += silence(int(EDGE * RATE))

        wav = str(folder / "episode.wav")
        save(episode, wav)
        write_mp3(wav, HERE / "episode.mp3")
    (HERE / "episode.vtt").write_text(vtt, encoding="utf-8")
    ends = [start for start, _ in chapters[1:]] + [len(episode)]
    lines = [
        f"\n{stamp(start)} --> {stamp(end)}\n{escape(title)}\n"
        for (start, title), end in zip(chapters, ends)
    ]
    (HERE / "episode.chapters.vtt").write_text("WEBVTT\n" + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
