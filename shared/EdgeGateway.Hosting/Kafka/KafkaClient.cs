using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static EdgeGateway.Hosting.LibRdKafka;

namespace EdgeGateway.Hosting;

/// <summary>What producer and consumer have in common: a client of librdkafka that tells of trouble and hands its log lines on.</summary>
public abstract unsafe class KafkaClient
{
    private const int ErrorTextBytes = 512;

    private readonly Action<KafkaError> failed;
    private readonly Action<int, string> log;
    private readonly GCHandle self;

    /// <param name="type">Producer or consumer, as librdkafka numbers them.</param>
    /// <param name="config">Keys and values of librdkafka's configuration.</param>
    /// <param name="setCallbacks">Adds the callbacks of this type of client to a configuration.</param>
    /// <param name="failed">Told of trouble that the client goes on with, unless it is fatal.</param>
    /// <param name="log">Takes the library's own log lines with their syslog level; on any thread.</param>
    /// <exception cref="InvalidOperationException">A setting is wrong or a file of it cannot be read.</exception>
    private protected KafkaClient(
        int type, IEnumerable<KeyValuePair<string, string>> config, Action<nint> setCallbacks, Action<KafkaError> failed, Action<int, string> log)
    {
        this.failed = failed;
        this.log = log;
        self = GCHandle.Alloc(this);
        try
        {
            Client = Make(type, config, setCallbacks);
        }
        catch
        {
            self.Free();
            throw;
        }
    }

    private protected nint Client { get; }

    /// <summary>Ends the connections and frees the client; no callback comes after this.</summary>
    private protected void Destroy()
    {
        LibRdKafka.Destroy(Client);
        self.Free();
    }

    /// <summary>The client that a callback is for.</summary>
    private protected static T Of<T>(nint opaque)
        where T : KafkaClient => (T)GCHandle.FromIntPtr(opaque).Target!;

    private protected void Fail(int error, string reason) =>
        failed(new KafkaError(reason, error == Fatal, error == AllBrokersDown, error is UnknownTopic or UnknownTopicOrPartition));

    private nint Make(int type, IEnumerable<KeyValuePair<string, string>> config, Action<nint> setCallbacks)
    {
        var error = stackalloc byte[ErrorTextBytes];
        var conf = ConfNew();
        foreach (var (name, value) in config)
        {
            if (ConfSet(conf, name, value, error, ErrorTextBytes) != ConfigurationOk)
            {
                ConfDestroy(conf);
                throw new InvalidOperationException(Text(error));
            }
        }

        ConfSetOpaque(conf, GCHandle.ToIntPtr(self));
        ConfSetError(conf, &OnError);
        ConfSetLog(conf, &OnLog);
        setCallbacks(conf);
        var made = New(type, conf, error, ErrorTextBytes);
        if (made == 0)
        {
            ConfDestroy(conf);
            throw new InvalidOperationException(Text(error));
        }

        return made;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnError(nint client, int error, byte* reason, nint opaque) => Of<KafkaClient>(opaque).Fail(error, Text(reason));

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnLog(nint client, int level, byte* facility, byte* text)
    {
        // Lines of the client's own making come before it is known by its opaque.
        if (client != 0 && Opaque(client) is var opaque && opaque != 0)
        {
            Of<KafkaClient>(opaque).log(level, $"{Text(facility)} {Text(text)}");
        }
    }
}
