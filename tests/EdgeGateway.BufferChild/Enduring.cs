using System.Globalization;
using EdgeGateway.Buffer;

namespace EdgeGateway.BufferChild;

/// <summary>
/// Lives through a life of a buffer (see <see cref="Lives"/>; the small one: made, filled, partly sent, closed, opened, filled) while the
/// fault shim makes the Nth change of its files fail, for growing N until no fault is met any more. After each life the file has
/// to be sound and to hold every accepted event once, or to say why not.
/// </summary>
internal static class Enduring
{
    private const int Groups = 6;
    private const int GroupEvents = 20;

    public static async Task<int> Run(string folder, string name, int kind, int failures, int step)
    {
        var life = Lives.All[name];
        for (long at = 1; ; at += step)
        {
            var path = Path.Combine(folder, $"{at}-buffer.db");
            await life.Prepare(path);
            FaultShim.Arm(at, failures, kind);
            await life.Live(path);
            var met = FaultShim.Calls() >= at;
            FaultShim.Arm(0, 0, 0);
            if (await ProblemOf(life, path) is { } problem)
            {
                Console.WriteLine($"fault at change {at}: {problem}");
                return 1;
            }

            if (!met)
            {
                Console.WriteLine($"done {at}");
                return 0;
            }
        }
    }

    /// <summary>One life; says on standard output what was accepted, for the test that has this process killed.</summary>
    public static async Task<int> Live(string path)
    {
        for (var life = 0; life < 2; life++)
        {
            await using var buffer = ChildBuffer.Open(path);
            for (var group = 0; group < Groups; group++)
            {
                var first = 1 + (((life * Groups) + group) * GroupEvents);
                await buffer.Append([.. Enumerable.Range(first, GroupEvents).Select(n => ChildBuffer.Reading(n))]);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"accepted {first + GroupEvents - 1}"));
                if (group == Groups / 2)
                {
                    await buffer.Acknowledge(GroupEvents);
                }
            }
        }

        return 0;
    }

    private static async Task<string?> ProblemOf(Life life, string path) =>
        BufferTools.Verify(path) is { Count: > 0 } problems ? string.Join("; ", problems) : await life.Problem(path);

    /// <summary>What is wrong after the small life; null when nothing is.</summary>
    public static async Task<string?> Problem(string path)
    {
        await using var buffer = ChildBuffer.Open(path);
        var events = new List<StoredEvent>();
        buffer.Read(0, int.MaxValue, events);
        long expected = buffer.AcknowledgedPosition;
        if (expected is not (0 or GroupEvents))
        {
            return $"{expected} acknowledged";
        }

        foreach (var e in events)
        {
            if (++expected != e.Seq || Appending.NumberOf(e) != e.Seq)
            {
                return $"event {Appending.NumberOf(e)} at {e.Seq}, expected {expected}";
            }
        }

        return expected == 2 * Groups * GroupEvents ? null : $"{expected} events instead of {2 * Groups * GroupEvents}";
    }
}
