namespace EdgeGateway.Devices;

/// <summary>What one poll of a probe brought: a temperature, a fault, or nothing because the probe is not there.</summary>
internal readonly record struct ProbeSample
{
    public DeviceCondition Condition { get; private init; }

    /// <summary>°C; set only when the condition is <see cref="DeviceCondition.Ok"/>.</summary>
    public double Celsius { get; private init; }

    /// <summary>Relative, 0 to 100 %; null for a probe that does not measure it.</summary>
    public double? Humidity { get; init; }

    /// <summary>Why there is no temperature, in a few words that stay the same while the cause does.</summary>
    public string? Fault { get; private init; }

    /// <summary>For a person: what is wrong and what to do about it.</summary>
    public string? Detail { get; private init; }

    public static ProbeSample Good(double celsius) => new() { Condition = DeviceCondition.Ok, Celsius = celsius };

    public static ProbeSample Faulty(string fault, string detail) =>
        new() { Condition = DeviceCondition.Faulty, Fault = fault, Detail = detail };

    public static ProbeSample Unplugged(string detail) =>
        new() { Condition = DeviceCondition.Unplugged, Fault = "unplugged", Detail = detail };
}
