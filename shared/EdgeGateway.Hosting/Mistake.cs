namespace EdgeGateway.Hosting;

/// <summary>Something wrong in a configuration.</summary>
/// <param name="Path">JSON path, for example <c>$.devices[2].every</c>.</param>
/// <param name="Message">What is wrong and what would be right.</param>
public sealed record Mistake(string Path, string Message)
{
    public override string ToString() => Path + ": " + Message;
}
