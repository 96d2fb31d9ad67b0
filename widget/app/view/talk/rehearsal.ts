import { effect, signal } from '@preact/signals';
import { playing, stop as stopPlaying } from './player.ts';

const everyMs = 100;
/** Enough for a voice, and a recording of ten minutes stays under 60 MB while it can be listened to. */
const sampleRate = 24_000;

/**
 * Plays what was recorded and has not left yet. No address is made of it: the policy of a page that lets no `blob:` be
 * played says nothing here. Whatever else plays, it is the only voice. Times in seconds.
 */
export class Rehearsal implements Disposable {
  readonly at = signal(0);
  readonly isPlaying = signal(false);
  readonly seconds: number;
  #context: AudioContext;
  #sound: AudioBuffer;
  #source: AudioBufferSourceNode | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #unfollow: () => void;

  /** Rejects where the browser cannot read what it has recorded. */
  static async of(blob: Blob): Promise<Rehearsal> {
    const context = new AudioContext({ sampleRate });
    try {
      return new Rehearsal(context, await context.decodeAudioData(await blob.arrayBuffer()));
    } catch (error) {
      void context.close();
      throw error;
    }
  }

  private constructor(context: AudioContext, sound: AudioBuffer) {
    this.#context = context;
    this.#sound = sound;
    this.seconds = sound.duration;
    this.#unfollow = effect(() => {
      if (playing.value?.isPlaying) this.pause();
    });
  }

  toggle(): void {
    if (this.isPlaying.peek()) this.pause();
    else this.#play();
  }

  go(to: number): void {
    const wasPlaying = this.isPlaying.peek();
    this.pause();
    this.at.value = Math.max(0, Math.min(this.seconds, to));
    if (wasPlaying) this.#play();
  }

  pause(): void {
    clearInterval(this.#timer);
    const source = this.#source;
    this.#source = undefined;
    source?.stop();
    source?.disconnect();
    this.isPlaying.value = false;
  }

  #play(): void {
    stopPlaying();
    const from = this.at.peek() < this.seconds ? this.at.peek() : 0;
    const source = this.#context.createBufferSource();
    this.#source = source;
    source.buffer = this.#sound;
    source.connect(this.#context.destination);
    // Over: the next press begins anew.
    source.addEventListener('ended', () => {
      if (this.#source !== source) return;
      this.pause();
      this.at.value = 0;
    });
    void this.#context.resume();
    source.start(0, from);
    const startedAt = this.#context.currentTime;
    this.isPlaying.value = true;
    this.#timer = setInterval(() => {
      this.at.value = Math.min(this.seconds, from + this.#context.currentTime - startedAt);
    }, everyMs);
  }

  [Symbol.dispose](): void {
    this.#unfollow();
    this.pause();
    void this.#context.close();
  }
}
