namespace EdgeGateway.Devices;

/// <summary>
/// Runs one device until stopped. A driver rides out its device's failures itself, with back-off and a report;
/// an exception that leaves it is a defect, and the agent starts it again with back-off.
/// </summary>
public interface IDriver
{
    /// <summary>One that listens to the bus has subscribed by the time this gives its task back: kept messages wait no longer.</summary>
    Task RunAsync(IReadingSink sink, CancellationToken stop);
}
