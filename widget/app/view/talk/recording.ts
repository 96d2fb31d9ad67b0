import { signal } from '@preact/signals';

const everyMs = 100;
/** How many of the last loudnesses are drawn. */
export const levelsShown = 32;

/** What was recorded. `waveform`: as WhatsApp draws it; `seconds`: whole ones, at least 1. */
export interface Recorded {
  blob: Blob;
  waveform: string;
  seconds: number;
}

/** The microphone, from {@link Recording.begin} until {@link Recording.end}. */
export class Recording {
  readonly seconds = signal(0);
  /** The last loudnesses heard, 0…100. */
  readonly levels = signal<readonly number[]>([]);
  #stream: MediaStream;
  #recorder: MediaRecorder;
  #context = new AudioContext();
  #chunks: Blob[] = [];
  #heard: number[] = [];
  #timer: ReturnType<typeof setInterval>;
  #ended: Promise<Recorded | undefined> | undefined;

  /** Asks for the microphone. Rejects with the browser's DOMException where there is none, or not for us. */
  static async begin(mime: string, onTick: () => void): Promise<Recording> {
    return new Recording(await navigator.mediaDevices.getUserMedia({ audio: true }), mime, onTick);
  }

  private constructor(stream: MediaStream, mime: string, onTick: () => void) {
    this.#stream = stream;
    this.#recorder = new MediaRecorder(stream, { mimeType: mime, audioBitsPerSecond: 32_000 });
    const ear = this.#context.createAnalyser();
    this.#context.createMediaStreamSource(stream).connect(ear);
    const samples = new Uint8Array(ear.fftSize);
    const startedAt = performance.now();
    this.#timer = setInterval(() => {
      ear.getByteTimeDomainData(samples);
      const loud = Math.min(100, Math.round(Math.max(...samples.map((one) => Math.abs(one - 128))) * 1.4));
      this.#heard.push(loud);
      this.levels.value = this.#heard.slice(-levelsShown);
      this.seconds.value = (performance.now() - startedAt) / 1_000;
      onTick();
    }, everyMs);
    this.#recorder.addEventListener('dataavailable', ({ data }) => data.size && this.#chunks.push(data));
    this.#recorder.start(1_000);
  }

  /** Lets the microphone go and gives what was recorded, if anything; again, the same. */
  end(): Promise<Recorded | undefined> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<Recorded | undefined> {
    clearInterval(this.#timer);
    if (this.#recorder.state !== 'inactive') {
      const stopped = new Promise((done) => this.#recorder.addEventListener('stop', done, { once: true }));
      this.#recorder.stop();
      await stopped;
    }
    for (const track of this.#stream.getTracks()) track.stop();
    void this.#context.close();
    if (!this.#chunks.length) return undefined;
    return {
      blob: new Blob(this.#chunks, { type: this.#recorder.mimeType }),
      waveform: toWaveform(this.#heard),
      seconds: Math.max(1, Math.round(this.seconds.peek())),
    };
  }
}

/** Loudness heard, as the 64 values WhatsApp draws. */
function toWaveform(heard: readonly number[]): string {
  const values = Array.from({ length: 64 }, (_, at) => heard[Math.floor((at / 64) * heard.length)] ?? 0);
  return btoa(String.fromCharCode(...values));
}
