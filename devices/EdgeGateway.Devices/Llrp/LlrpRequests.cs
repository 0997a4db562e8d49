namespace EdgeGateway.Devices.Llrp;

/// <summary>The requests that make a reader report what it sees.</summary>
internal static class LlrpRequests
{
    /// <summary>How often the reader must ask whether the gateway is still there.</summary>
    public static readonly TimeSpan KeepAlivePeriod = TimeSpan.FromSeconds(10);

    private const uint RoSpecId = 1;
    private const uint AllRoSpecs = 0;
    private const int AllAntennas = 0;
    private const int AllCapabilities = 0;
    private const int ResetToFactoryDefault = 0x80;
    private const int Periodic = 1;
    private const int Enabled = 0x80;
    private const int ReaderExceptions = 4, AntennaEvents = 8;
    private const int Disabled = 0;
    private const int NoTrigger = 0;
    private const int EpcGlobalClass1Gen2 = 1;
    private const int UponTagsOrEnd = 1;

    // AntennaID, PeakRSSI, LastSeenTimestamp, TagSeenCount: bits from the left 3, 5, 7, 8.
    private const int ReportContents = 0b0001_0101_1000_0000;

    /// <summary>Asks for everything that the reader can do.</summary>
    public static LlrpWriter GetCapabilities(uint id) => new LlrpWriter(LlrpMessageType.GetReaderCapabilities, id).U8(AllCapabilities);

    /// <summary>Puts the reader into a known state, with keep-alives and news of its antennas and problems.</summary>
    public static LlrpWriter SetConfig(uint id) =>
        new LlrpWriter(LlrpMessageType.SetReaderConfig, id)
            .U8(ResetToFactoryDefault)
            .Begin(LlrpParameterType.ReaderEventNotificationSpec)
            .Begin(LlrpParameterType.EventNotificationState).U16(ReaderExceptions).U8(Enabled).End()
            .Begin(LlrpParameterType.EventNotificationState).U16(AntennaEvents).U8(Enabled).End()
            .End()
            .Begin(LlrpParameterType.KeepAliveSpec).U8(Periodic).U32((uint)KeepAlivePeriod.TotalMilliseconds).End();

    /// <summary>Removes what an earlier client, or this one before it was cut off, left on the reader.</summary>
    public static LlrpWriter DeleteAll(uint id) => new LlrpWriter(LlrpMessageType.DeleteRoSpec, id).U32(AllRoSpecs);

    /// <summary>Reading without end on the given antennas, each tag reported at once.</summary>
    public static LlrpWriter Add(uint id, IReadOnlyList<int>? antennas, LlrpPower? power)
    {
        var ports = antennas ?? [AllAntennas];
        var message = new LlrpWriter(LlrpMessageType.AddRoSpec, id)
            .Begin(LlrpParameterType.RoSpec).U32(RoSpecId).U8(0).U8(Disabled)
            .Begin(LlrpParameterType.RoBoundarySpec)
            .Begin(LlrpParameterType.RoSpecStartTrigger).U8(NoTrigger).End()
            .Begin(LlrpParameterType.RoSpecStopTrigger).U8(NoTrigger).U32(0).End()
            .End()
            .Begin(LlrpParameterType.AiSpec).U16(ports.Count);
        foreach (var port in ports)
        {
            message.U16(port);
        }

        message.Begin(LlrpParameterType.AiSpecStopTrigger).U8(NoTrigger).U32(0).End()
            .Begin(LlrpParameterType.InventoryParameterSpec).U16(1).U8(EpcGlobalClass1Gen2);
        if (power is { } chosen)
        {
            foreach (var port in ports)
            {
                message.Begin(LlrpParameterType.AntennaConfiguration).U16(port)
                    .Begin(LlrpParameterType.RfTransmitter).U16(chosen.HopTable).U16(chosen.Channel).U16(chosen.Step).End()
                    .End();
            }
        }

        return message.End().End()
            .Begin(LlrpParameterType.RoReportSpec).U8(UponTagsOrEnd).U16(1)
            .Begin(LlrpParameterType.TagReportContentSelector).U16(ReportContents).End()
            .End()
            .End();
    }

    public static LlrpWriter Enable(uint id) => new LlrpWriter(LlrpMessageType.EnableRoSpec, id).U32(RoSpecId);

    public static LlrpWriter Start(uint id) => new LlrpWriter(LlrpMessageType.StartRoSpec, id).U32(RoSpecId);

    /// <summary>Gives the reader free for the next client at once.</summary>
    public static LlrpWriter Close(uint id) => new(LlrpMessageType.CloseConnection, id);
}
