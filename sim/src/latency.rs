//! How long a message takes to cross a path.

use crate::random::Stream;
use crate::time::Span;

/// A latency distribution. Negative spans count as zero: nothing arrives before it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Latency {
    /// Always the same.
    Fixed(Span),
    /// Anything from `min` to `max`, equally likely.
    Uniform {
        /// The shortest.
        min: Span,
        /// The longest, included.
        max: Span,
    },
    /// At least `min`, and on top of it an exponentially distributed part.
    Exponential {
        /// The shortest.
        min: Span,
        /// The mean of the part on top.
        mean: Span,
    },
    /// A measured histogram: a bucket is picked by weight, then a span inside it. An empty or weightless table is no
    /// latency at all.
    Table(Vec<Bucket>),
}

/// One bar of a latency histogram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// How often, relative to the other buckets.
    pub weight: u32,
    /// The shortest latency of the bucket.
    pub min: Span,
    /// The longest, included.
    pub max: Span,
}

impl Latency {
    /// No latency.
    pub const ZERO: Self = Self::Fixed(Span::ZERO);

    /// The latency, where it needs no draw.
    #[inline]
    pub fn fixed(&self) -> Option<Span> {
        match self {
            Self::Fixed(span) => Some(span.or_zero()),
            _ => None,
        }
    }

    /// Draws one latency.
    pub fn draw(&self, stream: &mut Stream) -> Span {
        let span = match self {
            Self::Fixed(span) => *span,
            Self::Uniform { min, max } => stream.between(*min, *max),
            Self::Exponential { min, mean } => min.or_zero() + stream.exponential(*mean),
            Self::Table(buckets) => draw_from(buckets, stream),
        };
        span.or_zero()
    }
}

fn draw_from(buckets: &[Bucket], stream: &mut Stream) -> Span {
    let total = buckets.iter().map(|bucket| u64::from(bucket.weight)).sum();
    let mut left = stream.below(total);
    for bucket in buckets {
        let weight = u64::from(bucket.weight);
        if left < weight {
            return stream.between(bucket.min, bucket.max);
        }
        left -= weight;
    }
    Span::ZERO
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(millis: i64) -> Span {
        Span::from_millis(millis)
    }

    #[test]
    fn draws_stay_in_their_ranges() {
        let mut stream = Stream::new(7, "link", "latency");
        let uniform = Latency::Uniform { min: ms(1), max: ms(2) };
        let exponential = Latency::Exponential { min: ms(3), mean: ms(1) };
        for _ in 0..1_000 {
            assert!((ms(1)..=ms(2)).contains(&uniform.draw(&mut stream)));
            assert!(exponential.draw(&mut stream) >= ms(3));
            assert_eq!(Latency::Fixed(ms(-1)).draw(&mut stream), Span::ZERO);
        }
    }

    #[test]
    fn table_follows_its_weights() {
        let mut stream = Stream::new(7, "link", "latency");
        let bucket = |weight, at| Bucket { weight, min: ms(at), max: ms(at) };
        let table = Latency::Table(vec![bucket(3, 1), bucket(0, 2), bucket(1, 9)]);
        let draws: Vec<_> = (0..10_000).map(|_| table.draw(&mut stream)).collect();
        let slow = draws.iter().filter(|&&span| span == ms(9)).count();
        assert!((2_350..2_650).contains(&slow), "{slow}");
        assert!(!draws.contains(&ms(2)));
        assert_eq!(Latency::Table(vec![]).draw(&mut stream), Span::ZERO);
        assert_eq!(Latency::Table(vec![bucket(0, 5)]).draw(&mut stream), Span::ZERO);
    }
}
