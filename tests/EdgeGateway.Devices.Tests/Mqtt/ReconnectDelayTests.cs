using EdgeGateway.Devices.Mqtt;

namespace EdgeGateway.Devices.Tests.Mqtt;

/// <summary>Waits between attempts to connect.</summary>
public sealed class ReconnectDelayTests
{
    [Fact]
    public void Delays_double_to_half_a_minute_with_jitter_and_start_anew_after_a_connection_that_lived()
    {
        var delay = new ReconnectDelay();
        foreach (var longest in new[] { 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30 })
        {
            Assert.InRange(delay.Next(TimeSpan.FromSeconds(1)).TotalSeconds, longest / 2, longest);
        }

        Assert.InRange(delay.Next(TimeSpan.FromSeconds(5)).TotalSeconds, 0.1, 0.2);
        Assert.InRange(delay.Next(TimeSpan.Zero).TotalSeconds, 0.2, 0.4);
    }
}
