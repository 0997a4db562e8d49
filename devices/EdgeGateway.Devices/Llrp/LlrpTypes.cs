namespace EdgeGateway.Devices.Llrp;

/// <summary>Message types of LLRP 1.0.1 that are used here. A response is its request + 10, that to CLOSE_CONNECTION is 4.</summary>
internal enum LlrpMessageType
{
    GetReaderCapabilities = 1,
    SetReaderConfig = 3,
    CloseConnectionResponse = 4,
    CloseConnection = 14,
    AddRoSpec = 20,
    DeleteRoSpec = 21,
    StartRoSpec = 22,
    EnableRoSpec = 24,
    RoAccessReport = 61,
    KeepAlive = 62,
    ReaderEventNotification = 63,
    KeepAliveAck = 72,
    ErrorMessage = 100,
}

/// <summary>Parameter types of LLRP 1.0.1 that are used here; those below 128 have a fixed length and a one-byte head.</summary>
internal enum LlrpParameterType
{
    AntennaId = 1,
    LastSeenUtc = 4,
    PeakRssi = 6,
    TagSeenCount = 8,
    Epc96 = 13,
    UtcTimestamp = 128,
    RegulatoryCapabilities = 143,
    UhfBandCapabilities = 144,
    TransmitPowerLevel = 145,
    FrequencyInformation = 146,
    FrequencyHopTable = 147,
    RoSpec = 177,
    RoBoundarySpec = 178,
    RoSpecStartTrigger = 179,
    RoSpecStopTrigger = 182,
    AiSpec = 183,
    AiSpecStopTrigger = 184,
    InventoryParameterSpec = 186,
    KeepAliveSpec = 220,
    AntennaConfiguration = 222,
    RfTransmitter = 224,
    RoReportSpec = 237,
    TagReportContentSelector = 238,
    TagReportData = 240,
    EpcData = 241,
    ReaderEventNotificationSpec = 244,
    EventNotificationState = 245,
    ReaderEventNotificationData = 246,
    ReaderExceptionEvent = 252,
    AntennaEvent = 255,
    ConnectionAttemptEvent = 256,
    ConnectionCloseEvent = 257,
    LlrpStatus = 287,
}
