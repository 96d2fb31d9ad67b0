// Dies of what it is asked, as a decoder that a picture takes down.
process.on('message', () => process.kill(process.pid, 'SIGSEGV'));
