import { closeOtherReaders, makePortrait, shrink } from './shrink.ts';

// A process of its own for pictures of strangers: what a broken one does to the decoder, it does here.

closeOtherReaders();
process.on('message', ({ file, target, face }: { file: string; target: string; face?: string }) => {
  (face === undefined ? shrink(file, target) : makePortrait(file, target, face)).then(
    (done) => process.send?.(done),
    (error: unknown) => process.send?.({ problem: String(error).slice(0, 200) }),
  );
});
process.on('disconnect', () => process.exit());
