using System.Text;
using System.Text.Json;
using EdgeGateway.Buffer;

namespace EdgeGateway.BufferChild;

/// <summary>
/// Appends from several tasks, and sends, until it is killed. Standard output says <c>a N</c> once event N was
/// accepted and <c>s SEQ N</c> before it is acknowledged: a pipe keeps that for the test that kills this process.
/// </summary>
internal static class Appending
{
    private const int Appenders = 8;

    public static async Task<int> Run(string path, long firstNumber)
    {
        await using var buffer = ChildBuffer.Open(path);
        await using var output = Console.OpenStandardOutput();
        var gate = new Lock();
        var number = firstNumber;
        await Task.WhenAll([.. Enumerable.Range(0, Appenders).Select(_ => Task.Run(Append)), Task.Run(Send)]);
        return 0;

        async Task Append()
        {
            while (true)
            {
                var mine = Interlocked.Increment(ref number);
                await buffer.Append(ChildBuffer.Reading(mine));
                Say($"a {mine}\n");
            }
        }

        async Task Send()
        {
            var events = new List<StoredEvent>();
            var position = buffer.AcknowledgedPosition;
            while (true)
            {
                await buffer.WaitForEvents(position, CancellationToken.None);
                events.Clear();
                buffer.Read(position, 50, events);
                Say(string.Concat(events.Select(e => $"s {e.Seq} {NumberOf(e)}\n")));
                position = events[^1].Position;
                await buffer.Acknowledge(position);
            }
        }

        void Say(string text)
        {
            lock (gate)
            {
                output.Write(Encoding.UTF8.GetBytes(text));
            }
        }
    }

    public static long NumberOf(in StoredEvent e)
    {
        using var body = JsonDocument.Parse(e.Body);
        return body.RootElement.GetProperty("celsius").GetInt64();
    }
}
