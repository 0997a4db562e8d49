namespace EdgeGateway.Devices.Mqtt.Client;

/// <summary>Packets of ours that the broker answers by their identifier: SUBSCRIBE, UNSUBSCRIBE and PUBLISH at QoS 1.</summary>
internal sealed class OutboundRequests
{
    private readonly Lock gate = new();
    private readonly Dictionary<ushort, Request> requests = [];
    private ushort lastId;
    private bool isLost;

    /// <summary>The identifier for a new request.</summary>
    /// <param name="answer">Type of packet that answers it.</param>
    /// <param name="done">Called with the reason code of the answer.</param>
    /// <param name="lost">Called instead when the connection ends first.</param>
    public ushort Begin(PacketType answer, Action<byte> done, Action? lost = null)
    {
        lock (gate)
        {
            do
            {
                lastId++;
            }
            while (lastId == 0 || requests.ContainsKey(lastId));

            if (isLost)
            {
                lost?.Invoke();
                return lastId;
            }

            requests.Add(lastId, new Request(answer, done, lost));
            return lastId;
        }
    }

    /// <summary>An answer to no request of ours changes nothing.</summary>
    public void Complete(PacketType answer, ushort id, byte code)
    {
        Request? request;
        lock (gate)
        {
            if (!requests.TryGetValue(id, out request) || request.Answer != answer)
            {
                return;
            }

            requests.Remove(id);
        }

        request.Done(code);
    }

    public void FailAll()
    {
        Request[] open;
        lock (gate)
        {
            isLost = true;
            open = [.. requests.Values];
            requests.Clear();
        }

        foreach (var request in open)
        {
            request.Lost?.Invoke();
        }
    }

    private sealed record Request(PacketType Answer, Action<byte> Done, Action? Lost);
}
