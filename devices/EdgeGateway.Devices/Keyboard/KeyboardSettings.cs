using EdgeGateway.Contracts;

namespace EdgeGateway.Devices.Keyboard;

/// <summary>A barcode or RFID scanner that is a USB keyboard.</summary>
public sealed record KeyboardSettings : DeviceSettings
{
    private static readonly string[] Passages = ["receiving", "shipping", "shelf"];

    /// <summary>Its name under <c>/dev/input/by-id</c>, for example <c>usb-Honeywell_1950-event-kbd</c>, or <c>by-path/…</c> for one of twins.</summary>
    public required string Address { get; init; }

    /// <summary>Layout that the scanner was set to: what it types, not what the machine is set to.</summary>
    public KeyboardLayout Layout { get; init; } = KeyboardLayout.Us;

    /// <summary>Where it is used, for example <c>dock-1</c>.</summary>
    public required string Zone { get; init; }

    /// <summary><c>receiving</c>, <c>shipping</c> or <c>shelf</c>.</summary>
    public required string Passage { get; init; }

    public override EventFamily Family => EventFamily.Tags;

    public override ReaderPlace Place => new(Zone, Passage);

    public override IEnumerable<(string Path, string Message)> Check()
    {
        if (Address.Length is 0 or > 200 || Address.StartsWith('/') || Address.Split('/').Contains(".."))
        {
            yield return ("address", "must be a name below /dev/input/by-id, like usb-Honeywell_1950-event-kbd");
        }

        if (Zone.Length is 0 or > 64)
        {
            yield return ("zone", "must name the place, in at most 64 characters");
        }

        if (!Passages.Contains(Passage))
        {
            yield return ("passage", "must be receiving, shipping or shelf");
        }
    }
}

/// <summary>Keyboard layouts that scanners can be set to.</summary>
public enum KeyboardLayout
{
    Us,
    De,
}
