using System.Net.Sockets;
using EdgeGateway.Devices.Zones;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Devices.Gpsd;

/// <summary>
/// Watches a gpsd, whose receivers may come and go. Positions come from one receiver at a time, since two on one
/// roof differ by metres and a track must not jump between them.
/// </summary>
internal sealed class GpsdDriver(GpsdSettings settings, DriverHost host) : IDriver
{
    /// <summary>Longest object of gpsd's protocol, bytes.</summary>
    public const int LongestLine = 10_240;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    // A quiet gpsd is asked for its devices, which it must answer; quiet again, the connection is dead.
    private static readonly TimeSpan QuietTimeout = TimeSpan.FromSeconds(30);

    private readonly ILogger log = host.Logs.CreateLogger<GpsdDriver>();
    private readonly ZoneWatch? zones = settings.Zones is { Count: > 0 } places ? new ZoneWatch(places, host.OpenVisits(settings.Id)) : null;
    private DeviceCondition condition;
    private string? detail;

    public async Task RunAsync(IReadingSink sink, CancellationToken stop)
    {
        if (!NetworkAddress.TryParse(settings.Address, GpsdSettings.UsualPort, out var address))
        {
            throw new InvalidOperationException($"{settings.Address} is not an address; the configuration check refuses it");
        }

        var backOff = new BackOff();
        while (true)
        {
            string cause;
            try
            {
                cause = await WatchAsync(address, backOff, sink, stop);
            }
            catch (Exception e) when (e is SocketException or IOException or TimeoutException)
            {
                cause = e.Message;
            }

            Report(sink, DeviceCondition.Unplugged, $"no gpsd at {address}: {cause}; is it installed and running (systemctl status gpsd.socket)?");
            await Task.Delay(backOff.Next(), host.Time, stop);
        }
    }

    /// <summary>One connection. Returns why it ended.</summary>
    private async Task<string> WatchAsync(NetworkAddress address, BackOff backOff, IReadingSink sink, CancellationToken stop)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, stop).AsTask().WaitAsync(ConnectTimeout, host.Time, stop);
        var stream = client.GetStream();
        await stream.WriteAsync("?WATCH={\"enable\":true,\"json\":true};\n"u8.ToArray(), stop);
        var lines = new LineReader(stream, LongestLine);
        var receivers = new GpsdReceivers(settings.Receiver, host.Time);
        var thinning = new PositionThinning(settings.Every, settings.DistanceMetres, settings.TurnDegrees);
        var asked = false;
        Task<Line?>? next = null;
        while (true)
        {
            next ??= lines.ReadAsync(stop).AsTask();
            try
            {
                await next.WaitAsync(QuietTimeout, host.Time, stop);
            }
            catch (TimeoutException) when (!asked)
            {
                asked = true;
                await stream.WriteAsync("?DEVICES;\n"u8.ToArray(), stop);
                continue;
            }

            if (await next is not { } text)
            {
                return "it closed the connection";
            }

            next = null;
            asked = false;
            if (text.TooLong)
            {
                sink.Refuse(settings.Id, $"a line longer than {LongestLine} bytes", text.Bytes.Span);
                continue;
            }

            if (TryParse(sink, text.Bytes.Span, out var message))
            {
                backOff.Reset();
                await HandleAsync(message, receivers, thinning, sink, stop);
            }
        }
    }

    private bool TryParse(IReadingSink sink, ReadOnlySpan<byte> line, out GpsdMessage message)
    {
        try
        {
            message = GpsdMessage.Parse(line);
            return true;
        }
        catch (FormatException e)
        {
            sink.Refuse(settings.Id, e.Message, line);
            message = default;
            return false;
        }
    }

    private async ValueTask HandleAsync(
        GpsdMessage message, GpsdReceivers receivers, PositionThinning thinning, IReadingSink sink, CancellationToken stop)
    {
        switch (message.Class)
        {
            case "DEVICES" when message.Receivers == 0:
                receivers.Clear();
                Report(sink, DeviceCondition.Unplugged, "gpsd has no receiver: plug it in, or name it in /etc/default/gpsd (DEVICES=)");
                break;
            case "DEVICE" when message.Deactivated && receivers.Lose(message.Receiver):
                Report(sink, DeviceCondition.Unplugged, $"gpsd lost the receiver {message.Receiver}: check its plug");
                break;
            case "ERROR":
                Report(sink, DeviceCondition.Faulty, "gpsd says: " + message.Text);
                break;
            case "TPV" when receivers.Choose(message):
                if (receivers.TrustsTime && message.Time is { } trusted)
                {
                    host.GpsTime?.Invoke(trusted);
                }

                await HandleFixAsync(message, receivers, thinning, sink, stop);
                break;
        }
    }

    private async ValueTask HandleFixAsync(
        GpsdMessage message, GpsdReceivers receivers, PositionThinning thinning, IReadingSink sink, CancellationToken stop)
    {
        if (message.Mode < 2)
        {
            Report(sink, DeviceCondition.Ok, $"{message.Receiver ?? "the receiver"} has no fix yet: its antenna must see the sky");
            return;
        }

        // Of the several objects of an epoch the first may say nothing but the mode.
        if (message.Latitude is not { } latitude || message.Longitude is not { } longitude)
        {
            return;
        }

        Report(sink, DeviceCondition.Ok, null);
        var fix = new Fix(message.Time ?? host.Time.GetUtcNow(), latitude, longitude,
            message.AccuracyMetres, message.SpeedMetresPerSecond, message.CourseDegrees);
        if (receivers.AlreadyKept(fix.Time))
        {
            return;
        }

        // Before the receiver has told its date, gpsd takes the one of this machine.
        DateTimeOffset? observedAt = receivers.TrustsTime ? fix.Time : null;
        var position = new PositionReading(
            settings.Id, observedAt, latitude, longitude, fix.AccuracyMetres, fix.SpeedMetresPerSecond, fix.CourseDegrees);
        var visits = zones?.Observe(fix, observedAt) ?? [];
        if (!thinning.Keep(fix) && visits.Count == 0)
        {
            return;
        }

        receivers.Kept(fix.Time);
        if (visits.Count == 0)
        {
            await sink.AcceptOrRetry(position, host.Time, log, stop);
        }

        foreach (var visit in visits)
        {
            await sink.AcceptOrRetry(position with { Visit = visit }, host.Time, log, stop);
        }
    }

    private void Report(IReadingSink sink, DeviceCondition condition, string? detail)
    {
        if (condition == this.condition && detail == this.detail)
        {
            return;
        }

        (this.condition, this.detail) = (condition, detail);
        sink.Report(settings.Id, condition, detail);
        if (condition == DeviceCondition.Ok)
        {
            log.LogInformation("{Device}: {Detail}", settings.Id, detail ?? "has a fix");
        }
        else
        {
            log.LogWarning("{Device}: {Detail}; will be tried again", settings.Id, detail);
        }
    }
}
