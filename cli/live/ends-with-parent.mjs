// Loaded before a program of a live drill: it must not outlive the drill, however that ends.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.channel?.unref();
