using System.Runtime.InteropServices;
using Confluent.Kafka;
using EdgeGateway.Hosting;

// Holds the broker emulator that librdkafka has for its own tests until SIGTERM. It keeps everything in memory;
// stopping the process with SIGSTOP makes an outage. The one argument names the file that takes the bootstrap address.
if (args is not [var bootstrapFile])
{
    await Console.Error.WriteLineAsync("usage: kafka-emulator BOOTSTRAP-FILE");
    return 2;
}

KafkaLibrary.Load();
var config = new AdminClientConfig();
config.Set("test.mock.num.brokers", "1");

// The runtime handles SIGCONT. Taken by the emulator's thread it would interrupt its poll, which ends it: the threads made here take no signals.
const int setMask = 2;
var all = Enumerable.Repeat(byte.MaxValue, 128).ToArray();
var before = new byte[all.Length];
_ = pthread_sigmask(setMask, all, before);
using var admin = new AdminClientBuilder(config).SetLogHandler((_, _) => { }).Build();
_ = pthread_sigmask(setMask, before, all);
var broker = admin.GetMetadata(TimeSpan.FromSeconds(10)).Brokers[0];
await File.WriteAllTextAsync(bootstrapFile, $"{broker.Host}:{broker.Port}\n");

var stopped = new TaskCompletionSource();
using var onTerminate = PosixSignalRegistration.Create(
    PosixSignal.SIGTERM, signal =>
    {
        signal.Cancel = true;
        stopped.TrySetResult();
    });
await stopped.Task;
return 0;

[DllImport("libc")]
static extern int pthread_sigmask(int how, byte[] set, [Out] byte[] old);
