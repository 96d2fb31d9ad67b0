import type { Page } from 'playwright';

/**
 * Looks at the QR code as a camera does: at the pixels. Returns its modules without the quiet zone, true = dark.
 * `across` is the number of modules of the code itself, `quiet` those of the margin on each side.
 */
export async function readModules(page: Page, across: number, quiet: number): Promise<boolean[][]> {
  const picture = await page.locator('svg.qr').screenshot({ type: 'png' });
  // An empty page of our own paints it: the page under test has a policy that forbids it.
  const desk = await page.context().newPage();
  try {
    return await desk.evaluate(
      async ({ data, across, quiet }) => {
        const image = new Image();
        image.src = `data:image/png;base64,${data}`;
        await image.decode();
        const canvas = document.createElement('canvas');
        canvas.width = image.width;
        canvas.height = image.height;
        const paint = canvas.getContext('2d')!;
        paint.drawImage(image, 0, 0);
        const step = image.width / (across + 2 * quiet);
        const isDark = (x: number, y: number): boolean =>
          paint.getImageData(Math.floor((x + quiet + 0.5) * step), Math.floor((y + quiet + 0.5) * step), 1, 1)
            .data[0]! < 128;
        return Array.from({ length: across }, (_, y) =>
          Array.from({ length: across }, (_, x) => isDark(x, y)),
        );
      },
      { data: picture.toString('base64'), across, quiet },
    );
  } finally {
    await desk.close();
  }
}
