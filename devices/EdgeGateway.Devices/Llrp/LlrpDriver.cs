using System.Buffers.Binary;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Devices.Llrp;

/// <summary>
/// Sets a reader up to report every tag it sees, and passes the reports on. A reader serves one client, whichever of the two
/// called; it is given free on stop, and closes the connection itself when its keep-alives are not answered.
/// </summary>
internal sealed class LlrpDriver(LlrpSettings settings, DriverHost host) : IDriver
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    // A tag reported longer after it was seen has a wrong time rather than a slow report.
    private static readonly TimeSpan LongestAge = TimeSpan.FromDays(1);

    private readonly ILogger log = host.Logs.CreateLogger<LlrpDriver>();
    private readonly List<LlrpTag> tags = [];
    private readonly SortedSet<int> lostAntennas = [];
    private (DateTimeOffset Read, long At)? readerClock;
    private uint lastId;

    public async Task RunAsync(IReadingSink sink, CancellationToken stop)
    {
        using var transport = new LlrpTransport(settings, host, log);
        if (settings.Listen is not null)
        {
            sink.Report(settings.Id, DeviceCondition.Unplugged, $"waits for {transport.What}; give the reader this gateway's address");
        }

        var backOff = new BackOff();
        while (true)
        {
            var condition = DeviceCondition.Unplugged;
            string cause;
            try
            {
                cause = await ServeAsync(transport, backOff, sink, stop);
            }
            catch (LlrpRefusal e)
            {
                (condition, cause) = (DeviceCondition.Faulty, e.Message);
            }
            catch (Exception e) when (e is SocketException or IOException or InvalidDataException or TimeoutException or FormatException)
            {
                cause = $"{transport.What} failed: {e.Message}; check its power, cable and address";
            }

            var wait = backOff.Next();
            sink.Report(settings.Id, condition, cause);
            log.LogWarning("{Device}: {Cause}; will be tried again in {Seconds} s", settings.Id, cause, wait.TotalSeconds);
            await Task.Delay(wait, host.Time, stop);
        }
    }

    /// <summary>One connection. Returns why it ended.</summary>
    private async Task<string> ServeAsync(LlrpTransport transport, BackOff backOff, IReadingSink sink, CancellationToken stop)
    {
        await using var stream = await transport.OpenAsync(stop);
        var connection = new LlrpConnection(stream, host.Time);
        await GreetAsync(connection, stop);
        try
        {
            await SetUpAsync(connection, sink, stop);
            backOff.Reset();
            lostAntennas.Clear();
            sink.Report(settings.Id, DeviceCondition.Ok);
            log.LogInformation("{Device}: reading", settings.Id);
            while (true)
            {
                var message = await connection.ReceiveAsync(3 * LlrpRequests.KeepAlivePeriod, stop);
                if (await TakeAsync(message, sink, stop))
                {
                    return "the reader closed the connection";
                }
            }
        }
        catch (OperationCanceledException)
        {
            await CloseAsync(connection);
            throw;
        }
    }

    private async Task GreetAsync(LlrpConnection connection, CancellationToken stop)
    {
        var first = await connection.ReceiveAsync(AnswerTimeout, stop);
        if (first.Type != LlrpMessageType.ReaderEventNotification)
        {
            throw new LlrpRefusal($"the device answers with message {(int)first.Type} instead of a notification: is it an LLRP reader?");
        }

        var greeting = LlrpNotification.Read(first.Body.Span);
        Synchronise(greeting);
        if (greeting.ConnectionAttempt is not (null or 0))
        {
            throw new LlrpRefusal(greeting.ConnectionAttempt is 1 or 2
                ? "another client has the reader: stop it, a reader serves one at a time"
                : $"the reader refuses the connection (status {greeting.ConnectionAttempt})");
        }
    }

    private async Task SetUpAsync(LlrpConnection connection, IReadingSink sink, CancellationToken stop)
    {
        LlrpPower? power = null;
        if (settings.PowerDbm is { } dbm)
        {
            var capabilities = await AskAsync(connection, LlrpRequests.GetCapabilities, LlrpMessageType.GetReaderCapabilities, sink, stop);
            power = LlrpPower.Choose(capabilities.Span, dbm);
        }

        await AskAsync(connection, LlrpRequests.SetConfig, LlrpMessageType.SetReaderConfig, sink, stop);
        await AskAsync(connection, LlrpRequests.DeleteAll, LlrpMessageType.DeleteRoSpec, sink, stop);
        await AskAsync(connection, id => LlrpRequests.Add(id, settings.Antennas, power), LlrpMessageType.AddRoSpec, sink, stop);
        await AskAsync(connection, LlrpRequests.Enable, LlrpMessageType.EnableRoSpec, sink, stop);
        await AskAsync(connection, LlrpRequests.Start, LlrpMessageType.StartRoSpec, sink, stop);
    }

    /// <summary>Sends a request and returns its answer, which must say success.</summary>
    private async Task<ReadOnlyMemory<byte>> AskAsync(
        LlrpConnection connection, Func<uint, LlrpWriter> request, LlrpMessageType type, IReadingSink sink, CancellationToken stop)
    {
        const int ResponseAfterRequest = 10;

        await connection.SendAsync(request(++lastId), stop);
        while (true)
        {
            var message = await connection.ReceiveAsync(AnswerTimeout, stop);
            if (message.Type == type + ResponseAfterRequest || message.Type == LlrpMessageType.ErrorMessage)
            {
                CheckStatus(type, message.Body.Span);
                return message.Body;
            }

            await TakeAsync(message, sink, stop);
        }
    }

    private static void CheckStatus(LlrpMessageType type, ReadOnlySpan<byte> body)
    {
        if (!LlrpParameters.TryFind(body, LlrpParameterType.LlrpStatus, out var status) || status.Length < 2)
        {
            throw new LlrpRefusal($"the reader's answer to {type} has no status");
        }

        var code = BinaryPrimitives.ReadUInt16BigEndian(status);
        if (code != 0)
        {
            throw new LlrpRefusal($"the reader refuses {type}: status {code} {LlrpText.Read(status[2..])}; check antennas and powerDbm");
        }
    }

    /// <summary>Takes what the reader says by itself. Returns whether it says goodbye.</summary>
    private async ValueTask<bool> TakeAsync(LlrpMessage message, IReadingSink sink, CancellationToken stop)
    {
        if (message.Type == LlrpMessageType.RoAccessReport)
        {
            await ReportAsync(message.Body, sink, stop);
        }
        else if (message.Type == LlrpMessageType.ReaderEventNotification)
        {
            try
            {
                return Notify(LlrpNotification.Read(message.Body.Span), sink);
            }
            catch (FormatException e)
            {
                sink.Refuse(settings.Id, e.Message, message.Body.Span);
            }
        }

        return false;
    }

    private async Task ReportAsync(ReadOnlyMemory<byte> report, IReadingSink sink, CancellationToken stop)
    {
        tags.Clear();
        try
        {
            LlrpReport.Read(report.Span, tags);
        }
        catch (FormatException e)
        {
            sink.Refuse(settings.Id, e.Message, report.Span);
        }

        var taken = new Task[tags.Count];
        for (var i = 0; i < taken.Length; i++)
        {
            var tag = tags[i];
            taken[i] = sink.AcceptOrRetry(
                new TagReading(settings.Id, OurTime(tag.LastSeen), tag.Hex, tag.RssiDbm, tag.Antenna, tag.Count), host.Time, log, stop);
        }

        await Task.WhenAll(taken);
    }

    private bool Notify(LlrpNotification notification, IReadingSink sink)
    {
        Synchronise(notification);
        if (notification.Problem is { } problem)
        {
            log.LogWarning("{Device}: the reader says: {Problem}", settings.Id, problem);
        }

        if (notification.Antenna is { } antenna
            && (notification.IsAntennaConnected ? lostAntennas.Remove(antenna) : settings.Antennas?.Contains(antenna) != false && lostAntennas.Add(antenna)))
        {
            var detail = lostAntennas.Count == 0 ? null : $"antenna {string.Join(", ", lostAntennas)} is not connected: check its cable";
            sink.Report(settings.Id, detail is null ? DeviceCondition.Ok : DeviceCondition.Faulty, detail);
        }

        return notification.Closing;
    }

    private void Synchronise(LlrpNotification notification)
    {
        if (notification.ReaderTime is { } readerTime)
        {
            readerClock = (readerTime, host.Time.GetTimestamp());
        }
    }

    // Readers are often set to no clock at all: what counts is how long ago by its clock the reader saw a tag.
    private DateTimeOffset? OurTime(DateTimeOffset? seen)
    {
        if (seen is not { } lastSeen || readerClock is not { } clock)
        {
            return null;
        }

        var age = clock.Read - lastSeen + host.Time.GetElapsedTime(clock.At);
        return age < TimeSpan.Zero ? host.Time.GetUtcNow()
            : age < LongestAge ? host.Time.GetUtcNow() - age
            : null;
    }

    private async Task CloseAsync(LlrpConnection connection)
    {
        try
        {
            await connection.SendAsync(LlrpRequests.Close(++lastId), CancellationToken.None).AsTask().WaitAsync(CloseTimeout, TimeProvider.System);
        }
        catch (Exception e) when (e is IOException or SocketException or TimeoutException)
        {
            log.LogInformation("{Device}: the reader was not told of the end: {Cause}", settings.Id, e.Message);
        }
    }
}
