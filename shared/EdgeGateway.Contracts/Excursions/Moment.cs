namespace EdgeGateway.Contracts;

/// <summary>A good reading as the rules see it. Times in Unix milliseconds.</summary>
/// <param name="At">When it was read.</param>
/// <param name="Celsius">°C.</param>
/// <param name="PreviousAt">When the good reading before it was read.</param>
/// <param name="PreviousCelsius">What that one said.</param>
/// <param name="FollowsOn">True when nothing is unknown between the two: there is one before, and no gap.</param>
/// <param name="WarmWaits">True while an open door excuses warmth.</param>
internal readonly record struct Moment(
    long At, double Celsius, long PreviousAt, double PreviousCelsius, bool FollowsOn, bool WarmWaits);
