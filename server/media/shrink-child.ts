import { closeOtherReaders, shrink } from './shrink.ts';

// A process of its own for pictures of strangers: what a broken one does to the decoder, it does here.

closeOtherReaders();
process.on('message', ({ file, target }: { file: string; target: string }) => {
  shrink(file, target).then(
    (done) => process.send?.(done),
    (error: unknown) => process.send?.({ problem: String(error).slice(0, 200) }),
  );
});
process.on('disconnect', () => process.exit());
