using EdgeGateway.Agent.Uplink;
using EdgeGateway.Testing;

namespace EdgeGateway.Agent.Tests;

public sealed class ByteRateTests
{
    [Fact]
    public void A_second_of_bytes_goes_at_once_and_more_only_as_it_is_earned()
    {
        var time = new ManualTime();
        var rate = new ByteRate(1000, time);
        Assert.Equal(TimeSpan.Zero, rate.Spend(1000));
        Assert.Equal(TimeSpan.FromSeconds(0.5), rate.Spend(500));

        time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(TimeSpan.FromSeconds(2), rate.Spend(2000));

        // Long silence earns no more than a second's worth.
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(TimeSpan.FromSeconds(1), rate.Spend(2000));
    }
}
