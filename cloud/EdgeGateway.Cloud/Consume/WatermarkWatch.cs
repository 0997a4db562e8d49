using System.Collections.Concurrent;
using Confluent.Kafka;
using EdgeGateway.Hosting;
using Partition = EdgeGateway.Cloud.Views.Partition;

namespace EdgeGateway.Cloud.Consume;

/// <summary>
/// Asks the brokers every few seconds where the partitions end. Only an answer counts: of a broker that is away nobody knows
/// whether something is waiting there.
/// </summary>
public sealed class WatermarkWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(3);

    private readonly RecordConsumer consumer;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly ConcurrentDictionary<Partition, (long End, long At)> ends = new();
    private readonly ManualResetEventSlim stop = new();
    private readonly Thread thread;
    private volatile IReadOnlyList<Partition> partitions = [];

    public WatermarkWatch(RecordConsumer consumer, TimeProvider time, ILogger logger)
    {
        this.consumer = consumer;
        this.time = time;
        this.logger = logger;
        thread = new Thread(Work) { IsBackground = true, Name = "watermarks" };
        thread.Start();
    }

    public void Watch(IReadOnlyList<Partition> assigned)
    {
        ends.Clear();
        partitions = assigned;
    }

    public void Set(Partition partition, long end, long at) => ends[partition] = (end, at);

    /// <summary>End of the partition, and when that was so (Unix milliseconds); zeros while unknown.</summary>
    public (long End, long At) Get(Partition partition) => ends.GetValueOrDefault(partition);

    /// <summary>Ends the asking, which has to be over before the consumer is closed.</summary>
    public void Stop()
    {
        stop.Set();
        thread.Join();
    }

    public void Dispose()
    {
        Stop();
        stop.Dispose();
    }

    private void Work()
    {
        while (!stop.Wait(Interval))
        {
            foreach (var partition in partitions)
            {
                try
                {
                    var at = time.GetUtcNow().ToUnixTimeMilliseconds();
                    var end = consumer.QueryWatermarks(new TopicPartition(partition.Topic, partition.Number), AnswerLimit).High;
                    Set(partition, end, at);
                }
                catch (KafkaException e)
                {
                    logger.LogDebug("Asking for the end of {Topic}/{Partition}: {Reason}; asked again in {Seconds} s.", partition.Topic, partition.Number, e.Error.Reason, Interval.TotalSeconds);
                    break;
                }

                if (stop.IsSet)
                {
                    return;
                }
            }
        }
    }
}
