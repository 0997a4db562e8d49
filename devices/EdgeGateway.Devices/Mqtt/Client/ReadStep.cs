namespace EdgeGateway.Devices.Mqtt.Client;

/// <summary>How far the read loop got with the packet at hand.</summary>
internal enum ReadStep
{
    Done,

    /// <summary>It is not whole yet.</summary>
    NeedBytes,

    /// <summary>As many messages as may be in flight are being handled.</summary>
    NeedSlot,

    /// <summary>Nobody listens to its topic, and somebody still may.</summary>
    NeedListener,
}
