import type { Sound } from '../../model/preferences.ts';

/** A note: frequency at the beginning and at the end (Hz), when it begins and how long it rings (s). */
interface Note {
  from: number;
  to: number;
  at: number;
  seconds: number;
  shape: OscillatorType;
}
const scores: Record<Exclude<Sound, 'off'>, readonly Note[]> = {
  drop: [{ from: 420, to: 980, at: 0, seconds: 0.16, shape: 'sine' }],
  chime: [
    { from: 659, to: 659, at: 0, seconds: 0.35, shape: 'sine' },
    { from: 880, to: 880, at: 0.12, seconds: 0.5, shape: 'sine' },
  ],
  knock: [
    { from: 180, to: 90, at: 0, seconds: 0.09, shape: 'triangle' },
    { from: 180, to: 90, at: 0.14, seconds: 0.09, shape: 'triangle' },
  ],
};

let context: AudioContext | undefined;

/** Whether the browser lets this page make a sound: somebody has to have touched it. */
export function canPlay(): boolean {
  return typeof AudioContext === 'function' && (navigator.userActivation?.hasBeenActive ?? true);
}

/** Made on the spot: a file would need the page's policy to let it in. `volume`: 0…1. */
export function play(sound: Sound, volume: number): void {
  if (sound === 'off' || !canPlay()) return;
  context ??= new AudioContext();
  void context.resume();
  for (const note of scores[sound]) {
    const start = context.currentTime + note.at;
    const end = start + note.seconds;
    const tone = new OscillatorNode(context, { type: note.shape, frequency: note.from });
    tone.frequency.exponentialRampToValueAtTime(note.to, end);
    const loudness = new GainNode(context, { gain: 0 });
    loudness.gain.setValueAtTime(0, start);
    loudness.gain.linearRampToValueAtTime(volume * 0.5, start + 0.012);
    loudness.gain.exponentialRampToValueAtTime(0.0001, end);
    tone.connect(loudness).connect(context.destination);
    tone.start(start);
    tone.stop(end);
  }
}

/** Gives the device back. */
export function silence(): void {
  void context?.close();
  context = undefined;
}
