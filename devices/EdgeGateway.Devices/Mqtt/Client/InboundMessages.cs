using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Devices.Mqtt.Client;

/// <summary>
/// Hands the messages of one connection to their listeners in order of arrival; a loop behind it answers the broker in the same
/// order as handlers finish.
/// </summary>
/// <param name="options">Bounds the messages in flight.</param>
/// <param name="version">Protocol of the connection.</param>
/// <param name="subscriptions">Who listens to what.</param>
/// <param name="session">What is in flight, over connections.</param>
/// <param name="sender">Takes the answers.</param>
/// <param name="failure">Fails when a message could not be taken.</param>
/// <param name="time">For how long to wait for a listener.</param>
/// <param name="log">Told of messages that nobody wants.</param>
internal sealed class InboundMessages(
    MqttOptions options, MqttVersion version, Subscriptions subscriptions, InboundSession session, PacketSender sender,
    TaskCompletionSource failure, TimeProvider time, ILogger log)
{
    /// <summary>Of a payload that is not kept, what is shown to a person.</summary>
    private const int OversizeSampleBytes = 256;

    private readonly Channel<Pending> pending = Channel.CreateBounded<Pending>(
        new BoundedChannelOptions(options.MaxInFlight) { SingleReader = true, SingleWriter = true });

    private bool saidUnwanted;

    /// <summary>Calls the listeners of a PUBLISH, or says what has to be waited for first. Only for the read loop.</summary>
    /// <exception cref="MqttProtocolException">It is no valid PUBLISH.</exception>
    public ReadStep HandOut(PacketHeader header, ReadOnlyMemory<byte> body)
    {
        if (!session.Slots.Wait(0))
        {
            return ReadStep.NeedSlot;
        }

        var handedOut = false;
        try
        {
            var packet = PublishPacket.Parse(header, body.Span, version);
            var route = subscriptions.Find(packet.Topic);
            Task? handling = null;
            if (!packet.Duplicate || !session.TryFind(packet.Id, out handling))
            {
                handling = Invoke(packet, route, MessageOf(packet, route, body, omitted: header.BodyLength - body.Length));
                if (handling is null)
                {
                    if (subscriptions.GraceLeft > TimeSpan.Zero)
                    {
                        return ReadStep.NeedListener;
                    }

                    SayUnwanted(route.Topic);
                    handling = Task.CompletedTask;
                }

                if (packet.Qos > 0)
                {
                    session.Started(packet.Id, handling);
                }
            }

            handedOut = pending.Writer.TryWrite(new Pending(handling, route.Topic, packet.Id, packet.Qos));
            return ReadStep.Done;
        }
        finally
        {
            if (!handedOut)
            {
                session.Slots.Release();
            }
        }
    }

    /// <summary>Waits for what <see cref="HandOut"/> needs.</summary>
    public async Task WaitAsync(ReadStep step, CancellationToken cancel)
    {
        if (step == ReadStep.NeedSlot)
        {
            await session.Slots.WaitAsync(cancel);
            session.Slots.Release();
        }
        else if (subscriptions.GraceLeft is var left && left > TimeSpan.Zero)
        {
            await subscriptions.Changed.WaitAsync(left, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancel.ThrowIfCancellationRequested();
        }
    }

    /// <summary>No more are handed out.</summary>
    public void Complete() => pending.Writer.Complete();

    /// <summary>Answers until the last handler is done. It outlives the connection: it gives back the slots of handlers still at work.</summary>
    public async Task AcknowledgeAsync()
    {
        var reader = pending.Reader;
        var failed = false;
        while (await reader.WaitToReadAsync())
        {
            while (reader.TryRead(out var message))
            {
                await message.Handling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                session.Slots.Release();
                if (!message.Handling.IsCompletedSuccessfully)
                {
                    failed = true;
                    Fail(message);
                }
                else if (!failed)
                {
                    var moreFollows = reader.TryPeek(out var next) && next.Handling.IsCompletedSuccessfully;
                    sender.Acknowledge(message.Qos, message.Id, flush: !moreFollows);
                }
            }
        }
    }

    private static MqttMessage MessageOf(in PublishPacket packet, Route route, ReadOnlyMemory<byte> body, int omitted)
    {
        var payload = body[packet.PayloadOffset..];
        if (omitted > 0 && payload.Length > OversizeSampleBytes)
        {
            omitted += payload.Length - OversizeSampleBytes;
            payload = payload[..OversizeSampleBytes];
        }

        return new MqttMessage(route.Topic, payload, packet.Retained, omitted);
    }

    /// <summary>Null when nobody listens.</summary>
    private static Task? Invoke(in PublishPacket packet, Route route, in MqttMessage message)
    {
        Task? handling = null;
        List<Task>? several = null;
        foreach (var listener in route.Listeners)
        {
            if (packet.NamesSubscriptions && !packet.IsFor(listener.Identifier))
            {
                continue;
            }

            Task next;
            try
            {
                next = listener.Handle(message);
            }
            catch (Exception e)
            {
                // A handler that throws has failed like one whose task fails.
                next = Task.FromException(e);
            }

            if (handling is null)
            {
                handling = next;
            }
            else
            {
                several ??= [handling];
                several.Add(next);
            }
        }

        return several is null ? handling : Task.WhenAll(several);
    }

    private void SayUnwanted(string topic)
    {
        if (!saidUnwanted)
        {
            saidUnwanted = true;
            log.LogInformation(
                "MQTT message on '{Topic}' for which no device is configured (a subscription from an earlier configuration): dropped, and so are others like it",
                topic);
        }
    }

    private void Fail(in Pending message)
    {
        var cause = message.Handling.Exception?.GetBaseException().Message ?? "cancelled";

        // MQTT delivers again only over a new connection; and to acknowledge what came after it would break the order.
        failure.TrySetException(new IOException(message.Qos > 0
            ? $"a message on '{message.Topic}' could not be taken ({cause}); connecting again has the broker deliver it again"
            : $"a message on '{message.Topic}' could not be taken ({cause}); it came at QoS 0 and is lost"));
    }

    private readonly record struct Pending(Task Handling, string Topic, ushort Id, int Qos);
}
