using System.Runtime.InteropServices;

namespace EdgeGateway.Cloud.Commands;

/// <summary>The C library's heap, from which the Kafka client and SQLite live.</summary>
internal static partial class NativeHeap
{
    private const int MaxArenas = -8;

    /// <summary>Two heaps for all threads instead of one each, whose free room no other thread can use.</summary>
    public static void Share() => Mallopt(MaxArenas, 2);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int Mallopt(int parameter, int value);
}
