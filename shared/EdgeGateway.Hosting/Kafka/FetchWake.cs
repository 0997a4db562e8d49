using Confluent.Kafka;

namespace EdgeGateway.Hosting;

/// <summary>
/// Makes the client fetch on while records are taken from it. librdkafka before 2.2 stops fetching when its queue is full and
/// looks again up to a second later, however soon the queue is empty; a question to the broker wakes it at once. With that,
/// a small queue is enough at full speed.
/// </summary>
internal sealed class FetchWake : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(1);

    private readonly RecordConsumer consumer;
    private readonly AutoResetEvent taken = new(false);
    private readonly ManualResetEventSlim stop = new();
    private readonly Thread thread;
    private volatile TopicPartition? at;

    public FetchWake(RecordConsumer consumer)
    {
        this.consumer = consumer;
        thread = new Thread(Work) { IsBackground = true, Name = "fetch wake" };
        thread.Start();
    }

    /// <summary>Records of this partition were taken from the client's queue.</summary>
    public void Taken(string topic, int partition)
    {
        if (at is not { } last || last.Partition.Value != partition || last.Topic != topic)
        {
            at = new TopicPartition(topic, partition);
        }

        taken.Set();
    }

    /// <summary>Ends the asking, which has to be over before the client goes.</summary>
    public void Dispose()
    {
        stop.Set();
        taken.Set();
        thread.Join();
        taken.Dispose();
        stop.Dispose();
    }

    private void Work()
    {
        while (taken.WaitOne() && !stop.Wait(Pause))
        {
            try
            {
                consumer.QueryWatermarks(at!, AnswerLimit);
            }
            catch (KafkaException)
            {
                // A broker that does not answer has nothing to fetch from; the client says so by itself.
                stop.Wait(AnswerLimit);
            }
        }
    }
}
