namespace EdgeGateway.Devices.Mqtt.Client;

/// <summary>Packets of ours that the broker answers by their identifier: SUBSCRIBE, UNSUBSCRIBE and PUBLISH at QoS 1.</summary>
internal sealed class OutboundRequests
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ushort, Request> _open = [];
    private ushort _lastId;
    private bool _lost;

    /// <summary>The identifier for a new request.</summary>
    /// <param name="answer">Type of packet that answers it.</param>
    /// <param name="done">Called with the reason code of the answer.</param>
    /// <param name="lost">Called instead when the connection ends first.</param>
    public ushort Begin(PacketType answer, Action<byte> done, Action? lost = null)
    {
        lock (_gate)
        {
            do
            {
                _lastId++;
            }
            while (_lastId == 0 || _open.ContainsKey(_lastId));

            if (_lost)
            {
                lost?.Invoke();
                return _lastId;
            }

            _open.Add(_lastId, new Request(answer, done, lost));
            return _lastId;
        }
    }

    /// <summary>An answer to no request of ours changes nothing.</summary>
    public void Complete(PacketType answer, ushort id, byte code)
    {
        Request? request;
        lock (_gate)
        {
            if (!_open.TryGetValue(id, out request) || request.Answer != answer)
            {
                return;
            }

            _open.Remove(id);
        }

        request.Done(code);
    }

    public void FailAll()
    {
        Request[] open;
        lock (_gate)
        {
            _lost = true;
            open = [.. _open.Values];
            _open.Clear();
        }

        foreach (var request in open)
        {
            request.Lost?.Invoke();
        }
    }

    private sealed record Request(PacketType Answer, Action<byte> Done, Action? Lost);
}
