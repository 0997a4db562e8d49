using System.Runtime.InteropServices;

namespace EdgeGateway.Hosting;

/// <summary>The calls of librdkafka's C API that producer and consumer make; names and layouts are those of rdkafka.h.</summary>
internal static unsafe partial class LibRdKafka
{
    public const int ProducerType = 0;
    public const int ConsumerType = 1;
    public const int ConfigurationOk = 0;
    public const int CopyPayload = 2;

    public const int PartitionEnd = -191;
    public const int UnknownTopic = -188;
    public const int AllBrokersDown = -187;
    public const int AssignPartitions = -175;
    public const int Fatal = -150;
    public const int UnknownTopicOrPartition = 3;

    // What a broker says of a record and will say of it again, whenever it is sent.
    public const int MessageTooLarge = 10;
    public const int BatchTooLarge = 18;
    public const int InvalidRecord = 87;
    public const int AnotherRecordInvalid = -138;

    private const string Library = "librdkafka";

    static LibRdKafka() => KafkaLibrary.Load();

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_new")]
    public static partial nint ConfNew();

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_destroy")]
    public static partial void ConfDestroy(nint conf);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ConfSet(nint conf, string name, string value, byte* error, nuint errorSize);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_opaque")]
    public static partial void ConfSetOpaque(nint conf, nint opaque);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_rebalance_cb")]
    public static partial void ConfSetRebalance(nint conf, delegate* unmanaged[Cdecl]<nint, int, PartitionList*, nint, void> callback);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_error_cb")]
    public static partial void ConfSetError(nint conf, delegate* unmanaged[Cdecl]<nint, int, byte*, nint, void> callback);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_log_cb")]
    public static partial void ConfSetLog(nint conf, delegate* unmanaged[Cdecl]<nint, int, byte*, byte*, void> callback);

    [LibraryImport(Library, EntryPoint = "rd_kafka_new")]
    public static partial nint New(int type, nint conf, byte* error, nuint errorSize);

    [LibraryImport(Library, EntryPoint = "rd_kafka_opaque")]
    public static partial nint Opaque(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set_dr_msg_cb")]
    public static partial void ConfSetDelivered(nint conf, delegate* unmanaged[Cdecl]<nint, Message*, nint, void> callback);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_new", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint TopicNew(nint client, string name, nint conf);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_destroy")]
    public static partial void TopicDestroy(nint topic);

    [LibraryImport(Library, EntryPoint = "rd_kafka_produceva")]
    public static partial nint Produce(nint client, Argument* arguments, nuint count);

    [LibraryImport(Library, EntryPoint = "rd_kafka_poll")]
    public static partial int Poll(nint client, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "rd_kafka_error_string")]
    public static partial byte* ErrorString(nint error);

    [LibraryImport(Library, EntryPoint = "rd_kafka_error_destroy")]
    public static partial void ErrorDestroy(nint error);

    [LibraryImport(Library, EntryPoint = "rd_kafka_poll_set_consumer")]
    public static partial int PollSetConsumer(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_queue_get_consumer")]
    public static partial nint QueueOf(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_queue_destroy")]
    public static partial void QueueDestroy(nint queue);

    [LibraryImport(Library, EntryPoint = "rd_kafka_subscribe")]
    public static partial int Subscribe(nint client, PartitionList* topics);

    [LibraryImport(Library, EntryPoint = "rd_kafka_unsubscribe")]
    public static partial int Unsubscribe(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_assign")]
    public static partial int Assign(nint client, PartitionList* partitions);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_partition_list_new")]
    public static partial PartitionList* ListNew(int size);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_partition_list_add", StringMarshalling = StringMarshalling.Utf8)]
    public static partial PartitionEntry* ListAdd(PartitionList* list, string topic, int partition);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_partition_list_destroy")]
    public static partial void ListDestroy(PartitionList* list);

    [LibraryImport(Library, EntryPoint = "rd_kafka_consumer_poll")]
    public static partial Message* ConsumerPoll(nint client, int timeoutMilliseconds);

    /// <summary>From inside of a callback: whoever polls returns at once, and does not go on waiting for a message.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_yield")]
    public static partial void Yield(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_consume_batch_queue")]
    public static partial nint ConsumeBatch(nint queue, int timeoutMilliseconds, Message** messages, nuint size);

    // Called for each record, and back before a garbage collection could have to wait for it.
    [LibraryImport(Library, EntryPoint = "rd_kafka_message_timestamp")]
    [SuppressGCTransition]
    public static partial long MessageTimestamp(Message* message, int* type);

    [LibraryImport(Library, EntryPoint = "rd_kafka_message_destroy")]
    public static partial void MessageDestroy(Message* message);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_name")]
    public static partial byte* TopicName(nint topic);

    [LibraryImport(Library, EntryPoint = "rd_kafka_query_watermark_offsets", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int QueryWatermarks(nint client, string topic, int partition, long* low, long* high, int timeoutMilliseconds);

    [LibraryImport(Library, EntryPoint = "rd_kafka_get_watermark_offsets", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int KnownWatermarks(nint client, string topic, int partition, long* low, long* high);

    [LibraryImport(Library, EntryPoint = "rd_kafka_err2str")]
    public static partial byte* ErrorText(int error);

    [LibraryImport(Library, EntryPoint = "rd_kafka_consumer_close")]
    public static partial int ConsumerClose(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_destroy")]
    public static partial void Destroy(nint client);

    public static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";

    /// <summary><c>rd_kafka_message_t</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Message
    {
        public int Error;
        public nint Topic;
        public int Partition;
        public byte* Payload;
        public nint PayloadLength;
        public byte* Key;
        public nint KeyLength;
        public long Offset;
        public nint Opaque;
    }

    /// <summary><c>rd_kafka_vu_t</c>: one tagged argument of <see cref="Produce"/>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Argument
    {
        public ArgumentType Type;
        public ArgumentValue Value;
    }

    public enum ArgumentType
    {
        Topic = 2,
        Value = 4,
        Key = 5,
        Opaque = 6,
        MessageFlags = 7,
        Header = 9,
    }

    [StructLayout(LayoutKind.Explicit, Size = 64)]
    public struct ArgumentValue
    {
        [FieldOffset(0)]
        public int Number;

        // Gives the union the alignment that its 64-bit member has in C.
        [FieldOffset(0)]
        public long Long;

        [FieldOffset(0)]
        public nint Pointer;

        [FieldOffset(0)]
        public Memory Memory;

        [FieldOffset(0)]
        public Header Header;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct Memory
    {
        public byte* Data;
        public nuint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct Header
    {
        public byte* Name;
        public byte* Data;
        public nint Length;
    }

    /// <summary><c>rd_kafka_topic_partition_list_t</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PartitionList
    {
        public int Count;
        public int Size;
        public PartitionEntry* Entries;
    }

    /// <summary><c>rd_kafka_topic_partition_t</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PartitionEntry
    {
        public byte* Topic;
        public int Partition;
        public long Offset;
        public void* Metadata;
        public nint MetadataSize;
        public void* Opaque;
        public int Error;
        public void* Private;
    }
}
