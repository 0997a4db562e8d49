using System.Buffers;
using System.IO.Pipelines;

namespace EdgeGateway.Devices.Mqtt.Client;

/// <summary>Takes packets from any thread; its loop sends whatever has gathered meanwhile in one go.</summary>
/// <param name="stream">Where to.</param>
/// <param name="options">Bounds what may wait.</param>
/// <param name="session">Forgets what is acknowledged.</param>
/// <param name="failure">Fails when the broker does not read.</param>
internal sealed class PacketSender(Stream stream, MqttOptions options, InboundSession session, TaskCompletionSource failure)
{
    private const int MaxUnsentBytes = 8 * 1024 * 1024;

    private readonly Lock gate = new();
    private readonly Pipe output = new(new PipeOptions(pauseWriterThreshold: 0, resumeWriterThreshold: 0, useSynchronizationContext: false));
    private long unsentBytes;
    private bool closed;

    public void Send(Action<IBufferWriter<byte>> write)
    {
        lock (gate)
        {
            if (!closed)
            {
                write(output.Writer);
                Flush();
            }
        }
    }

    /// <summary>Answers a message that was handled; after the end nothing is answered, and so nothing forgotten.</summary>
    /// <param name="qos">Its quality of service; 0 has no answer.</param>
    /// <param name="id">Its identifier.</param>
    /// <param name="flush">False when another one follows at once.</param>
    public void Acknowledge(int qos, ushort id, bool flush)
    {
        lock (gate)
        {
            if (closed)
            {
                return;
            }

            if (qos == 1)
            {
                session.Forget(id);
                PacketWriter.Acknowledge(output.Writer, PacketType.PubAck, id);
            }
            else if (qos == 2)
            {
                PacketWriter.Acknowledge(output.Writer, PacketType.PubRec, id);
            }

            if (flush && output.Writer.UnflushedBytes > 0)
            {
                Flush();
            }
        }
    }

    /// <summary>The broker knows that we have a message at QoS 2.</summary>
    public void CompleteQos2(ushort id)
    {
        session.Forget(id);
        lock (gate)
        {
            if (!closed)
            {
                PacketWriter.Acknowledge(output.Writer, PacketType.PubComp, id);
                Flush();
            }
        }
    }

    /// <summary>Says goodbye behind what waits; nothing is taken any more.</summary>
    public void Close(MqttVersion version, byte reason)
    {
        lock (gate)
        {
            closed = true;
            PacketWriter.Disconnect(output.Writer, version, reason);
            output.Writer.Complete();
        }
    }

    /// <summary>Sends until closed and everything is sent.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var reader = output.Reader;
        while (true)
        {
            var read = await reader.ReadAsync(cancel);
            foreach (var segment in read.Buffer)
            {
                await stream.WriteAsync(segment, cancel);
            }

            Interlocked.Add(ref unsentBytes, -read.Buffer.Length);
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                await stream.FlushAsync(cancel);
                return;
            }
        }
    }

    /// <summary>Wakes the loop. Only while holding <see cref="gate"/>.</summary>
    private void Flush()
    {
        var unsent = Interlocked.Add(ref unsentBytes, output.Writer.UnflushedBytes);
        if (unsent > MaxUnsentBytes + options.MaxPacketBytes)
        {
            failure.TrySetException(new IOException($"the broker sends but does not read: {unsent} bytes wait for it"));
        }

        // The pipe has no upper threshold, so this never waits.
        _ = output.Writer.FlushAsync();
    }
}
