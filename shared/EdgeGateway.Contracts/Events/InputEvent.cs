using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace EdgeGateway.Contracts;

/// <summary>A digital input changed: a door, a compressor contact, a panic button.</summary>
public sealed record InputEvent : GatewayEvent
{
    public InputEvent()
    {
    }

    [SetsRequiredMembers]
    private InputEvent(in EventHead head)
        : base(head)
    {
    }

    /// <summary>What the line stands for, for example <c>door</c>.</summary>
    public required string Kind { get; init; } = "";

    /// <summary>For a door: true while open.</summary>
    public required bool Active { get; init; }

    public override EventFamily Family => EventFamily.Inputs;

    public override void WriteFields(Utf8JsonWriter json)
    {
        json.WriteString("kind"u8, Kind);
        json.WriteBoolean("active"u8, Active);
    }

    internal static InputEvent Read(scoped ref RecordReader json)
    {
        HeadFields head = default;
        string? kind = null;
        bool? active = null;
        while (json.Next())
        {
            switch (json.NameText)
            {
                case "kind":
                    kind = json.Text();
                    break;
                case "active":
                    active = json.Boolean();
                    break;
                default:
                    head.Read(ref json);
                    break;
            }
        }

        return new InputEvent(head.ToHead())
        {
            Kind = RecordReader.Required(kind, "kind"),
            Active = RecordReader.Required(active, "active"),
        };
    }
}
