using System.Globalization;
using EdgeGateway.Testing;
using static EdgeGateway.Buffer.Tests.TestBuffer;

namespace EdgeGateway.Buffer.Tests;

[Trait("Speed", "Slow")]
public sealed class KillTests : IDisposable
{
    private readonly TestBuffer test = new();
    private readonly HashSet<long> accepted = [];
    private readonly Dictionary<long, long> numberBySeq = [];
    private long highest;

    public void Dispose() => test.Dispose();

    /// <summary>200 kills are made in parts, each on a file of its own.</summary>
    public static TheoryData<int> Parts => [.. Enumerable.Range(1, TestScale.Pick(quick: 1, normal: 1, @long: 8))];

    [Theory]
    [MemberData(nameof(Parts))]
    public async Task What_was_accepted_before_a_kill_is_there_and_no_number_is_missing_or_used_twice(int part)
    {
        var kills = TestScale.Pick(quick: 1, normal: 6, @long: 25);
        var seed = Environment.TickCount + part;
        var random = new Random(seed);
        for (var kill = 1; kill <= kills; kill++)
        {
            await AppendUntilKilled(events: random.Next(1, 3000));

            await using (var buffer = test.Open())
            {
                foreach (var e in ReadAll(buffer))
                {
                    Know(e.Seq, (long)Celsius(e));
                }

                Assert.Equal(buffer.LastSeq, numberBySeq.Count);
                Assert.Equal(buffer.LastSeq, numberBySeq.Keys.Max());
            }

            Assert.Empty(accepted.Except(numberBySeq.Values));
            Assert.Empty(BufferTools.Verify(test.Options.Path));
        }

        Assert.True(accepted.Count > kills, $"only {accepted.Count} events were accepted in part {part}; seed {seed}");
    }

    private async Task AppendUntilKilled(int events)
    {
        using var child = ChildProcess.Start("dotnet", [ChildProgram.Path, "append", test.Options.Path, highest.ToString(CultureInfo.InvariantCulture)]);
        await Eventually.True(() => child.Output.Count >= events, "the child appends", TimeSpan.FromSeconds(30));
        child.Kill();
        await child.WaitForExit();

        foreach (var words in child.Output.Select(line => line.Split(' ')))
        {
            if (words is ["a", var number])
            {
                accepted.Add(long.Parse(number));
                highest = Math.Max(highest, long.Parse(number));
            }
            else if (words is ["s", var seq, var sent])
            {
                Know(long.Parse(seq), long.Parse(sent));
            }
        }

        // Events in flight at the kill may be there as well; their numbers are not to come again.
        highest += 100;
    }

    private void Know(long seq, long number)
    {
        Assert.True(
            numberBySeq.TryAdd(seq, number) || numberBySeq[seq] == number,
            $"seq {seq} stood for event {numberBySeq[seq]} and now for {number}");
    }
}
