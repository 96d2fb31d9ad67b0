import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { t } from '../../text/text.ts';
import { durationText } from '../duration.ts';
import { fromBase64 } from './measures.ts';

const bars = 42;
const height = 28;

/** Where in a voice one is: its waveform, gone along by pointer and keys. Times in seconds. */
export function VoiceSlider(props: {
  /** As WhatsApp writes it; without one a quiet line is drawn. */
  waveform: string | null;
  at: number;
  seconds: number;
  canPlay: boolean;
  onGo: (to: number) => void;
  /** Space and Enter. */
  onToggle: () => void;
}): JSX.Element {
  const { at, seconds, canPlay } = props;
  const line = useRef<HTMLDivElement>(null);
  const drawing = useMemo(() => path(props.waveform), [props.waveform]);
  const part = seconds ? Math.min(1, at / seconds) : 0;
  const go = (to: number): void => props.onGo(Math.max(0, Math.min(seconds, to)));
  const onPointer = (event: PointerEvent): void => {
    if (event.type === 'pointermove' && !(event.buttons & 1)) return;
    if (event.type === 'pointerdown') line.current!.setPointerCapture(event.pointerId);
    const box = line.current!.getBoundingClientRect();
    const isRtl = getComputedStyle(line.current!).direction === 'rtl';
    const across = (event.clientX - box.left) / box.width;
    go((isRtl ? 1 - across : across) * seconds);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 3, ArrowUp: 3, ArrowLeft: -3, ArrowDown: -3, PageUp: 10, PageDown: -10 }[
      event.key
    ];
    if (step) go(at + step);
    else if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(seconds);
    else if ((event.key === ' ' || event.key === 'Enter') && canPlay) props.onToggle();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={line}
      class="waveform"
      role="slider"
      tabIndex={canPlay ? 0 : -1}
      aria-label={t('position')}
      aria-valuemin={0}
      aria-valuemax={Math.round(seconds)}
      aria-valuenow={Math.round(at)}
      aria-valuetext={t('positionText', { at: durationText(at), all: durationText(seconds) })}
      aria-disabled={!canPlay}
      onPointerDown={onPointer}
      onPointerMove={onPointer}
      onKeyDown={onKeyDown}
    >
      <svg viewBox={`0 0 ${bars * 4} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        <path d={drawing} class="rest" />
      </svg>
      <svg
        viewBox={`0 0 ${bars * 4} ${height}`}
        preserveAspectRatio="none"
        aria-hidden="true"
        style={{ clipPath: `inset(0 ${(1 - part) * 100}% 0 0)` }}
      >
        <path d={drawing} class="done" />
      </svg>
      <i style={{ insetInlineStart: `${part * 100}%` }} />
    </div>
  );
}

/** Bars of a waveform as one path; a quiet line where none was given. */
function path(given: string | null): string {
  const values = given ? fromBase64(given) : new Uint8Array();
  let path = '';
  for (let bar = 0; bar < bars; bar++) {
    const value = values.length ? (values[Math.floor((bar / bars) * values.length)] ?? 0) : 4;
    const size = Math.max(3, (Math.min(100, value) / 100) * height);
    path += `M${bar * 4 + 2} ${((height - size) / 2 + 1).toFixed(1)}V${((height + size) / 2 - 1).toFixed(1)}`;
  }
  return path;
}
