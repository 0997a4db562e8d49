namespace EdgeGateway.Devices;

/// <summary>
/// Runs one device until stopped. A driver rides out its device's failures itself, with back-off and a report;
/// an exception that leaves it is a defect, and the agent starts it again with back-off.
/// </summary>
public interface IDriver
{
    Task RunAsync(IReadingSink sink, CancellationToken stop);
}
