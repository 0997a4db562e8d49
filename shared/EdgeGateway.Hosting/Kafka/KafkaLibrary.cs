using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace EdgeGateway.Hosting;

/// <summary>Binds the managed Kafka client and our own calls to one librdkafka: the system's, or in the nuget set the one that the package brings.</summary>
public static class KafkaLibrary
{
#if NUGET_SET
    private const string Remedy = "librdkafka.redist brings none that runs on this machine";

    // The first needs a newer libsasl2 than Debian 12 has; the second does without Kerberos, the third is for musl.
    private static readonly string[] Names = ["librdkafka", "centos8-librdkafka", "alpine-librdkafka"];
#else
    private const string Remedy = "install it: apt-get install librdkafka1";

    private static readonly string[] Names = ["librdkafka.so.1"];
#endif

    private static readonly Lock Gate = new();
    private static nint library;

    /// <summary>Call before the first client is made; further calls do nothing.</summary>
    /// <exception cref="InvalidOperationException">There is none that can be loaded.</exception>
    public static void Load()
    {
        lock (Gate)
        {
            if (library != 0)
            {
                return;
            }

            library = Names.Select(Find).FirstOrDefault(found => found != 0);
            if (library == 0)
            {
                throw new InvalidOperationException($"the library librdkafka cannot be loaded; {Remedy}");
            }

            NativeLibrary.SetDllImportResolver(typeof(Library).Assembly, Resolve);
            NativeLibrary.SetDllImportResolver(typeof(KafkaLibrary).Assembly, Resolve);
        }
    }

    /// <summary>Version of the loaded librdkafka, for example <c>2.0.2</c>; where there is none, why.</summary>
    public static string Version => WhyMissing() ?? Library.VersionString;

    /// <summary>Kafka 3.9 and later refuse SCRAM from a librdkafka before 2.6.1.</summary>
    public static bool CanScram => WhyMissing() is null && Library.Version >= 0x02060100;

    private static string? WhyMissing()
    {
        try
        {
            Load();
            return null;
        }
        catch (InvalidOperationException e)
        {
            return e.Message;
        }
    }

    private static nint Find(string name) => NativeLibrary.TryLoad(name, typeof(KafkaLibrary).Assembly, searchPath: null, out var found) ? found : 0;

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name == "librdkafka" ? library : 0;
}
