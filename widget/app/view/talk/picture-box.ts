const widest = 300;
const tallest = 330;

/** The size a picture is shown at, in px; known before the picture is, so that nothing moves when it comes. */
export function boxOf(width: number | null, height: number | null): { width: number; height: number } {
  if (!width || !height) return { width: 260, height: 195 };
  const scale = Math.min(widest / width, tallest / height, 1.6);
  return {
    width: Math.max(140, Math.round(width * scale)),
    height: Math.max(90, Math.min(tallest, Math.round(height * scale))),
  };
}
