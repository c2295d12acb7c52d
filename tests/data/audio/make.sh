#!/bin/sh
# Makes the audio files of this folder anew, from a signal that the tests can
# compute too: at t seconds 0.4 sin(2 pi (300 t + 200 t^2)), two seconds long.
# Needs ffmpeg and lame; the tests do not.
set -eu
cd "$(dirname "$0")"
signal='0.4*sin(2*PI*(300*t+200*t*t))'
wav=$(mktemp -d)/signal
trap 'rm -r "$(dirname "$wav")"' EXIT
ff() { ffmpeg -loglevel error -y -bitexact "$@"; }
ff -f lavfi -i "aevalsrc=$signal:s=44100:d=2" -c:a pcm_s16le "$wav-44.wav"
ff -f lavfi -i "aevalsrc=$signal|$signal:s=24000:d=2" -c:a pcm_s16le "$wav-24.wav"
lame --quiet -V 9 -m m --resample 44.1 "$wav-44.wav" vbr-xing.mp3          # with a tag of its delays
lame --quiet -b 32 -m m --resample 44.1 -t "$wav-44.wav" cbr-bare.mp3      # without any tag
lame --quiet -V 6 --resample 24 "$wav-24.wav" half-rate-stereo.mp3       # one granule a frame
ff -i "$wav-44.wav" -c:a mp2 -b:a 32k layer-two.mp2
# Bit rates that the standard forbids for so many channels, at the full rates.
ff -i "$wav-44.wav" -t 0.3 -c:a mp2 layer-two-384k.mp2
ff -i "$wav-44.wav" -t 0.5 -ac 2 -c:a mp2 -b:a 80k layer-two-80k.mp2
ff -i "$wav-24.wav" -t 0.5 -c:a mp2 -b:a 48k layer-two-half-48k.mp2
ff -i "$wav-44.wav" -c:a aac -aac_pns 0 -b:a 48k edited.m4a  # begins 1,024 samples in
ff -i "$wav-44.wav" -c:a libvorbis -q:a 0 vorbis.ogg
ff -f lavfi -i "aevalsrc=0|0|$signal|0|0|0:s=44100:d=2:c=5.1" -c:a libvorbis -q:a 0 surround.ogg  # in the centre only
# Each channel alone for a third of a second, in the order of the WAVE format.
turn() { echo "$signal*between(t\\,$1/3\\,($1+1)/3)"; }
turns="$(turn 0)|$(turn 1)|$(turn 2)|$(turn 3)|$(turn 4)|$(turn 5)"
ff -f lavfi -i "aevalsrc=$turns:s=44100:d=2:c=5.1" -c:a libvorbis -q:a 0 turns.ogg
ff -i "$wav-44.wav" -ar 8000 -c:a flac lossless-8k.flac
