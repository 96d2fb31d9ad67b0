// Hears what is asked and never answers, as a decoder in an endless loop.
process.on('message', () => undefined);
