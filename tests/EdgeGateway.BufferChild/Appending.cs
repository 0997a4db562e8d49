using System.Globalization;

namespace EdgeGateway.BufferChild;

/// <summary>
/// Appends from several tasks until it is killed. The temperature of every event that was accepted is written to
/// standard output, where a pipe keeps it for the test that kills this process.
/// </summary>
internal static class Appending
{
    private const int Appenders = 8;

    public static async Task<int> Run(string path)
    {
        await using var buffer = ChildBuffer.Open(path);
        using var output = Console.OpenStandardOutput();
        var gate = new Lock();
        long number = buffer.LastPosition * 1000;

        // Behind the appenders goes a sender that acknowledges, so that deletions are among what a kill interrupts.
        var tasks = Enumerable.Range(0, Appenders).Select(_ => Task.Run(Append)).ToArray();
        await Task.WhenAll(tasks);
        return 0;

        async Task Append()
        {
            while (true)
            {
                var mine = Interlocked.Increment(ref number);
                await buffer.Append(ChildBuffer.Reading(mine));
                var line = System.Text.Encoding.UTF8.GetBytes(mine.ToString(CultureInfo.InvariantCulture) + "\n");
                lock (gate)
                {
                    output.Write(line);
                }
            }
        }
    }
}
