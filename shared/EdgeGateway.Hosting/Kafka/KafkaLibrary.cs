using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace EdgeGateway.Hosting;

/// <summary>Binds the managed Kafka client and our own calls to the system's librdkafka; in the nuget set the package brings its own.</summary>
public static class KafkaLibrary
{
    private static readonly Lock Gate = new();
    private static bool loaded;

    /// <summary>Call before the first client is made; further calls do nothing.</summary>
    public static void Load()
    {
        lock (Gate)
        {
            if (!loaded)
            {
#if !NUGET_SET
                NativeLibrary.SetDllImportResolver(typeof(Library).Assembly, Resolve);
                NativeLibrary.SetDllImportResolver(typeof(KafkaLibrary).Assembly, Resolve);
#endif
                loaded = true;
            }
        }
    }

    /// <summary>Version of the loaded librdkafka, for example <c>2.0.2</c>.</summary>
    public static string Version
    {
        get
        {
            Load();
            return Library.VersionString;
        }
    }

    /// <summary>Kafka 3.9 and later refuse SCRAM from a librdkafka before 2.6.1.</summary>
    public static bool CanScram => Library.Version >= 0x02060100;

#if !NUGET_SET
    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name == "librdkafka" ? NativeLibrary.Load("librdkafka.so.1") : IntPtr.Zero;
#endif
}
