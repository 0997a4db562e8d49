namespace EdgeGateway.Devices.Gpsd;

/// <summary>Picks the receiver that positions come from: the first with a fix, until it has had none for some seconds.</summary>
internal sealed class GpsdReceivers(string? only, TimeProvider time)
{
    private static readonly TimeSpan HoldOff = TimeSpan.FromSeconds(5);

    private readonly GpsTrust trust = new();
    private string? current;
    private long lastFix;
    private DateTimeOffset? lastKept;

    /// <summary>True from the third consecutive 3D fix of the chosen receiver on.</summary>
    public bool TrustsTime { get; private set; }

    /// <summary>Takes a TPV. Returns whether it is of the chosen receiver.</summary>
    public bool Choose(in GpsdMessage position)
    {
        var receiver = position.Receiver ?? "";
        if (only is not null && receiver != only)
        {
            return false;
        }

        var hasFix = position.Mode >= 2;
        if (receiver != current)
        {
            if (current is not null && (!hasFix || time.GetElapsedTime(lastFix) < HoldOff))
            {
                return false;
            }

            current = receiver;
            lastFix = time.GetTimestamp();
            trust.Forget();
        }

        if (hasFix)
        {
            lastFix = time.GetTimestamp();
        }

        TrustsTime = trust.Observe(position.Mode, position.Time);
        return true;
    }

    /// <summary>A receiver was closed. Returns whether it was the chosen one.</summary>
    public bool Lose(string? receiver)
    {
        if (current != (receiver ?? ""))
        {
            return false;
        }

        Clear();
        return true;
    }

    /// <summary>gpsd has no receiver any more.</summary>
    public void Clear()
    {
        current = null;
        trust.Forget();
        TrustsTime = false;
    }

    /// <summary>gpsd tells one epoch in several objects; one position of it is enough.</summary>
    public bool AlreadyKept(DateTimeOffset epoch) => lastKept == epoch;

    public void Kept(DateTimeOffset epoch) => lastKept = epoch;
}
