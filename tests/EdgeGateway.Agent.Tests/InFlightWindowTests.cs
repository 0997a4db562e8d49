using EdgeGateway.Agent.Uplink;

namespace EdgeGateway.Agent.Tests;

public sealed class InFlightWindowTests
{
    [Fact]
    public void Only_the_lowest_unbroken_run_counts_as_acknowledged_whatever_the_order_of_the_reports()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var window = new InFlightWindow(maxCount: 16, maxBytes: 1000, acked: 5);
            var open = new SortedDictionary<long, int>();
            var position = 5L;
            var acknowledged = 5L;
            for (var step = 0; step < 500; step++)
            {
                if (random.Next(2) == 0 && window.TryAdd(position + 3, random.Next(1, 100), out var ticket))
                {
                    position += 3;
                    open.Add(position, ticket);
                }
                else if (open.Count > 0)
                {
                    var reported = open.Keys.ElementAt(random.Next(open.Count));
                    window.Complete(open[reported]);
                    open.Remove(reported);
                }

                acknowledged = open.Count == 0 ? position : open.Keys.First() - 3;
                Assert.True(window.Acked == acknowledged, $"seed {seed}, step {step}: {window.Acked} instead of {acknowledged}");
            }
        }
    }

    [Fact]
    public void Neither_messages_nor_bytes_exceed_the_window_but_one_message_always_fits()
    {
        var window = new InFlightWindow(maxCount: 2, maxBytes: 10, acked: 0);
        Assert.True(window.TryAdd(1, 1000, out var first));
        Assert.False(window.TryAdd(2, 1, out _));
        window.Complete(first);
        Assert.True(window.TryAdd(2, 1, out _));
        Assert.True(window.TryAdd(3, 1, out _));
        Assert.False(window.TryAdd(4, 1, out _));
    }

    [Fact]
    public void The_window_is_half_empty_when_half_of_it_is_acknowledged()
    {
        var window = new InFlightWindow(maxCount: 4, maxBytes: 1000, acked: 0);
        var tickets = Enumerable.Range(1, 4).Select(position => window.TryAdd(position, 1, out var ticket) ? ticket : -1).ToArray();
        window.Complete(tickets[0]);
        Assert.False(window.IsHalfEmpty);
        window.Complete(tickets[1]);
        Assert.True(window.IsHalfEmpty);
    }
}
