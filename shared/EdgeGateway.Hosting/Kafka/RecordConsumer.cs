using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;
using static EdgeGateway.Hosting.LibRdKafka;

namespace EdgeGateway.Hosting;

/// <summary>
/// A consumer on the librdkafka that Confluent.Kafka is configured for. Confluent's own Consume spends some 2 µs and 400 bytes
/// of garbage on a record; this one takes a thousand with a call and shows each where it lies. To be used by one thread,
/// except for the watermarks.
/// </summary>
public sealed unsafe class RecordConsumer : KafkaClient, IDisposable
{
    private const int MaxRecords = 1024;

    private readonly nint queue;
    private readonly Message*[] messages = new Message*[MaxRecords];
    private readonly Dictionary<nint, string> topicNames = [];
    private readonly FetchWake wake;
    private nint lastTopicHandle;
    private string lastTopic = "";
    private int lastPartition;
    private Rebalance? rebalance;
    private bool isClosing;

    /// <param name="config">Keys and values of librdkafka's configuration.</param>
    /// <param name="failed">Told of trouble that the client goes on with, unless it is fatal.</param>
    /// <param name="log">Takes the library's own log lines with their syslog level; on any thread.</param>
    /// <exception cref="InvalidOperationException">A setting is wrong or a file of it cannot be read.</exception>
    public RecordConsumer(IEnumerable<KeyValuePair<string, string>> config, Action<KafkaError> failed, Action<int, string> log)
        : base(ConsumerType, config, static conf => ConfSetRebalance(conf, &OnRebalance), failed, log)
    {
        PollSetConsumer(Client);
        queue = QueueOf(Client);
        wake = new FetchWake(this);
    }

    /// <summary>Joins the group for these topics; what it is given comes with <see cref="TakeRebalance"/>.</summary>
    public void Subscribe(IEnumerable<string> topics)
    {
        var list = ListNew(8);
        foreach (var topic in topics)
        {
            ListAdd(list, topic, -1);
        }

        Check(LibRdKafka.Subscribe(Client, list), "subscribing");
        ListDestroy(list);
    }

    /// <summary>Leaves the group.</summary>
    public void Unsubscribe() => Check(LibRdKafka.Unsubscribe(Client), "unsubscribing");

    /// <summary>Reads these partitions from these offsets on; none to answer that what was taken back is given up.</summary>
    public void Assign(IEnumerable<TopicPartitionOffset> partitions)
    {
        var list = ListNew(16);
        foreach (var partition in partitions)
        {
            ListAdd(list, partition.Topic, partition.Partition.Value)->Offset = partition.Offset.Value;
        }

        Check(LibRdKafka.Assign(Client, list->Count == 0 ? null : list), "assigning partitions");
        ListDestroy(list);
    }

    /// <summary>
    /// What the group did since the last time, once; the group waits for <see cref="Assign"/>. Everything that was read
    /// before belongs to the partitions as they were.
    /// </summary>
    public Rebalance? TakeRebalance()
    {
        var taken = rebalance;
        rebalance = null;
        return taken;
    }

    /// <summary>Hands over what is there, at most a thousand records and ends of partitions.</summary>
    /// <param name="waitMilliseconds">How long to wait for the first.</param>
    /// <param name="handle">Takes each, in the order of its partition.</param>
    /// <returns>How many there were.</returns>
    public int Read(int waitMilliseconds, RecordHandler handle)
    {
        fixed (Message** first = messages)
        {
            // The batch call would wait until there are a thousand.
            var count = (int)ConsumeBatch(queue, 0, first, MaxRecords);
            if (count == 0 && waitMilliseconds > 0 && rebalance is null && ConsumerPoll(Client, waitMilliseconds) is var next && next is not null)
            {
                first[0] = next;
                count = 1;
            }

            try
            {
                for (var i = 0; i < count; i++)
                {
                    Handle(first[i], handle);
                }

                if (count == MaxRecords)
                {
                    wake.Taken(lastTopic, lastPartition);
                }
            }
            finally
            {
                // All at once: one by one, each would meet the client's thread that makes new ones at the lock of the heap.
                for (var i = 0; i < count; i++)
                {
                    MessageDestroy(first[i]);
                }
            }

            return Math.Max(0, count);
        }
    }

    /// <summary>First and next offset of a partition, as its broker says now; on any thread.</summary>
    /// <exception cref="KafkaException">No answer within the time.</exception>
    public (long Low, long High) QueryWatermarks(TopicPartition at, TimeSpan limit)
    {
        long low, high;
        var error = LibRdKafka.QueryWatermarks(Client, at.Topic, at.Partition.Value, &low, &high, (int)limit.TotalMilliseconds);
        return error == 0 ? (low, high) : throw new KafkaException((ErrorCode)error);
    }

    /// <summary>Where a partition ended when records of it were last fetched; 0 while unknown.</summary>
    public long KnownEnd(string topic, int partition)
    {
        long low, high;
        return KnownWatermarks(Client, topic, partition, &low, &high) == 0 ? Math.Max(0, high) : 0;
    }

    /// <summary>Leaves the group in good order.</summary>
    public void Close()
    {
        isClosing = true;
        if (rebalance is not null)
        {
            Assign([]);
        }

        ConsumerClose(Client);
    }

    public void Dispose()
    {
        // The client leaves its group by itself when nobody closed it, and waits for an answer to that.
        isClosing = true;
        wake.Dispose();
        QueueDestroy(queue);
        Destroy();
    }

    private void Handle(Message* message, RecordHandler handle)
    {
        if (message->Error is not (0 or PartitionEnd))
        {
            // The payload of an error says more than its number: which topic it is about.
            Fail(message->Error, message->Payload is null ? Text(ErrorText(message->Error)) : Encoding.UTF8.GetString(message->Payload, (int)message->PayloadLength));
            return;
        }

        int type;
        if (message->Topic != lastTopicHandle)
        {
            if (!topicNames.TryGetValue(message->Topic, out var name))
            {
                topicNames.Add(message->Topic, name = Text(TopicName(message->Topic)));
            }

            (lastTopicHandle, lastTopic) = (message->Topic, name);
        }

        lastPartition = message->Partition;
        handle(new KafkaRecord
        {
            Topic = lastTopic,
            Partition = message->Partition,
            Offset = message->Offset,
            At = message->Error == 0 ? MessageTimestamp(message, &type) : -1,
            Key = new ReadOnlySpan<byte>(message->Key, (int)message->KeyLength),
            Value = message->Error == 0 ? new ReadOnlySpan<byte>(message->Payload, (int)message->PayloadLength) : default,
            HasKey = message->Key is not null,
            HasValue = message->Payload is not null,
            IsPartitionEnd = message->Error == PartitionEnd,
        });
    }

    private static void Check(int error, string what)
    {
        if (error != 0)
        {
            throw new KafkaException(new Error((ErrorCode)error, $"{what}: {Text(ErrorText(error))}"));
        }
    }

    // Only noted here: messages from before and after would otherwise be in one answer, and this is no place to read a database in.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnRebalance(nint client, int error, PartitionList* list, nint opaque)
    {
        var consumer = Of<RecordConsumer>(opaque);
        if (consumer.isClosing)
        {
            LibRdKafka.Assign(client, null);
            return;
        }

        var partitions = new List<TopicPartition>(list->Count);
        for (var i = 0; i < list->Count; i++)
        {
            partitions.Add(new TopicPartition(Text(list->Entries[i].Topic), list->Entries[i].Partition));
        }

        consumer.rebalance = new Rebalance(error == AssignPartitions, partitions);
        Yield(client);
    }
}
