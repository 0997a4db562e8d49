namespace EdgeGateway.Devices.Llrp;

/// <summary>The reader is there, but it or this machine does not let it be used; the message says what a person can do.</summary>
internal sealed class LlrpRefusal(string message, Exception? cause = null) : Exception(message, cause);
