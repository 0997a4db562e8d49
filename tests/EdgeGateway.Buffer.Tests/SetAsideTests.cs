using System.Text;
using EdgeGateway.Contracts;
using static EdgeGateway.Buffer.Tests.TestBuffer;

namespace EdgeGateway.Buffer.Tests;

/// <summary>Events that Kafka refuses for good.</summary>
public sealed class SetAsideTests : IDisposable
{
    private readonly TestBuffer test = new();

    public void Dispose() => test.Dispose();

    [Fact]
    public async Task An_event_that_is_set_aside_is_in_the_ledger_once_however_often_it_is_refused()
    {
        await using (var buffer = test.Open())
        {
            await buffer.Append([Reading(1), Reading(2), Reading(3)]);
            await buffer.SetAside(2, "too large");
            await buffer.SetAside(2, "too large");
            Assert.Equal(1, buffer.Stats.Rejected);
        }

        // It was not acknowledged before the restart, so it is sent and refused again.
        await using (var buffer = test.Open())
        {
            await buffer.SetAside(2, "too large");
            var ledger = Body(Assert.Single(ReadAll(buffer), e => e.Family == EventFamily.Ledger));
            Assert.Equal(("shed", 2, 2, "temperature", 1), (
                ledger.GetProperty("kind").GetString(), ledger.GetProperty("fromSeq").GetInt64(), ledger.GetProperty("toSeq").GetInt64(),
                ledger.GetProperty("family").GetString(), ledger.GetProperty("count").GetInt64()));
            Assert.Contains("too large", ledger.GetProperty("reason").GetString(), StringComparison.Ordinal);
            await buffer.Acknowledge(buffer.LastPosition);
        }

        Assert.Single(Exported("\"seq\":2", "\"rejected\":\"too large\"", "\"celsius\":2"));
        Assert.Empty(BufferTools.Verify(test.Options.Path));
    }

    [Fact]
    public async Task A_refused_ledger_entry_makes_no_further_entry()
    {
        await using var buffer = test.Open();
        await buffer.Append(Reading(1));
        await buffer.SetAside(1, "too large");
        await buffer.SetAside(2, "too large");
        Assert.Equal((2, 2), (buffer.LastSeq, buffer.Stats.Rejected));
    }

    [Fact]
    public async Task The_bodies_kept_are_bounded_and_the_oldest_go_first()
    {
        test.Options = test.Options with { MaxBytes = BufferOptions.LeastMaxBytes };
        const int events = 60;
        await using (var buffer = test.Open())
        {
            for (var number = 1; number <= events; number++)
            {
                await buffer.Append(Reading(number) with { Profile = new string('x', 20_000) });
                await buffer.SetAside(buffer.LastPosition, "too large");
                await buffer.Acknowledge(buffer.LastPosition);
            }
        }

        var kept = Exported("\"rejected\"");
        Assert.InRange(kept.Count, 20, 26);
        Assert.Contains($"\"celsius\":{events}", kept[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_salvage_keeps_what_was_set_aside()
    {
        await using (var buffer = test.Open())
        {
            await buffer.Append(Reading(1));
            await buffer.SetAside(1, "too large");
        }

        BufferTools.Salvage(test.Options.Path, gateway: null, TimeProvider.System);
        Assert.Single(Exported("\"rejected\":\"too large\""));
    }

    private List<string> Exported(params string[] parts)
    {
        using var output = new MemoryStream();
        BufferTools.Export(test.Options.Path, output);
        return [.. Encoding.UTF8.GetString(output.ToArray()).Split('\n').Where(line => parts.All(part => line.Contains(part, StringComparison.Ordinal)))];
    }
}
